import type { JsonObject } from '../../mapping/json.ts';
import { JsonFragment } from '../../mapping/json-fragment.ts';
import type { StreamEvent } from '../../providers/salesforce/events/change-event.ts';
import type { RecordEvent } from '../../providers/salesforce/events/fan-out.ts';
import type { SubscribeEventType } from '../../providers/salesforce/events/select-event.ts';
import { type EventEntry, eventEntry } from './event-entry.ts';
import type { Delivered, FollowWorld, HealWindow } from './follow.ts';
import { handOn } from './hand-on.ts';
import type { Lapse } from './selection-watch.ts';
import type { Subscription } from './subscription.ts';

const nothing = JsonFragment.fromText('{}');

/** Late commits surface with the stamp of their beginning: read a little further back than the hole. */
const healOverlapMs = 10 * 60_000;

/** The org refused our position: everything between the last commit we know and now is read instead. */
export async function healGap(world: FollowWorld, subscription: Subscription, lostAfter: string): Promise<void> {
  const { scope, channel, object } = subscription;
  const known = world.store.position(scope, channel);
  if (!known) {
    world.note(channel, 'gap', `The position ${lostAfter} is no longer valid and nothing was delivered before it.`);
    return;
  }
  const window = {
    fromMs: (known.healedToMs ?? known.committedAtMs) - healOverlapMs,
    toMs: await world.orgTime(),
  };
  world.note(
    channel,
    'gap',
    `The position ${lostAfter} is older than what the org keeps. Reading ${object} ${describeWindow(window)}.`,
  );
  await readWindow(world, subscription, `position ${lostAfter}`, window, () =>
    world.store.saveHealed(scope, channel, window.toMs),
  );
}

/** The org left the object out of its stream for a while: what changed meanwhile is read. */
export async function healLapse(world: FollowWorld, { subscription, fromMs, cause, close }: Lapse): Promise<void> {
  const window = { fromMs: fromMs - healOverlapMs, toMs: await world.orgTime() };
  const { channel, object } = subscription;
  world.note(
    channel,
    'gap',
    `${object} was not selected for change events for a while. Reading it ${describeWindow(window)}.`,
  );
  await readWindow(world, subscription, cause, window, close);
}

/** An overflow or a wildcard id: the event says only that the object changed, so its recent past is read. */
export async function reconcileObject(
  world: FollowWorld,
  subscription: Subscription,
  event: StreamEvent,
): Promise<void> {
  const { scope, channel, object } = subscription;
  const known = world.store.position(scope, channel);
  const committedAt = event.header!.commitTimestamp;
  const window = {
    fromMs: Math.min(known?.committedAtMs ?? committedAt, committedAt) - healOverlapMs,
    toMs: await world.orgTime(),
  };
  world.note(
    channel,
    'overflow',
    `${event.header!.changeType} names no records. Reading ${object} ${describeWindow(window)}.`,
  );
  await readWindow(world, subscription, `event ${event.replayId}`, window);
}

/**
 * Reads the window and commits it page by page. Killed, the same hole goes on where it was. Another hole that was still open
 * becomes part of this one and is read again: old events may have been delivered over what it had read.
 */
async function readWindow(
  world: FollowWorld,
  subscription: Subscription,
  cause: string,
  window: HealWindow,
  atEnd: () => void = () => {},
): Promise<void> {
  const { scope, channel, object } = subscription;
  const open = world.store.heal(scope, channel);
  const fromMs = Math.min(window.fromMs, open?.fromMs ?? window.fromMs);
  const heal = open?.cause === cause ? open : { cause, fromMs, changed: fromMs, deleted: fromMs };
  const whole = { fromMs: heal.fromMs, toMs: window.toMs };
  const counts = { changed: 0, deleted: 0 };
  for (const phase of ['changed', 'deleted'] as const) {
    for await (const page of world.fetchWindow(subscription, { ...whole, fromMs: heal[phase] }, phase)) {
      const items = page.flatMap((record) => healedItem(subscription, record, phase === 'deleted', whole) ?? []);
      // A record that changed while it was being read shows its new stamp: it must not carry the progress over the others.
      const stamps = page.map((record) => stampOf(subscription, record) ?? 0).filter((stamp) => stamp <= window.toMs);
      heal[phase] = Math.max(heal[phase], ...stamps);
      const progress = { ...heal };
      await handOn(world, items, () => world.store.saveHeal(scope, channel, progress));
      counts[phase] += page.length;
    }
  }
  await handOn(world, [], () => {
    world.store.endHeal(scope, channel);
    atEnd();
  });
  const read = `${counts.changed} changed and ${counts.deleted} deleted ${object} records read`;
  world.note(channel, 'healed', `${read} ${describeWindow(whole)}.`);
}

/** An entry for what the stream did not tell. Which kind it was is told by the record's own stamps. */
function healedItem(
  subscription: Subscription,
  record: JsonObject,
  deleted: boolean,
  window: HealWindow,
): Delivered | undefined {
  const { selection } = subscription;
  const recordId = String(record.Id);
  const createdAt = Date.parse(String(record.CreatedDate ?? ''));
  const type: SubscribeEventType = deleted ? 'delete' : createdAt >= window.fromMs ? 'create' : 'update';
  const wanted =
    type === 'delete' ? selection.delete : type === 'create' ? selection.create || selection.update : selection.update;
  if (!wanted) return undefined;
  const healing: RecordEvent = {
    recordId,
    replayId: '',
    header: {
      entityName: subscription.object,
      recordIds: [recordId],
      changeType: `GAP_${type.toUpperCase()}`,
      changeOrigin: '',
      transactionKey: '',
      sequenceNumber: 0,
      commitTimestamp: stampOf(subscription, record) ?? window.toMs,
      commitUser: '',
      changedFields: [],
    },
    payload: nothing,
    rawEvent: nothing,
  };
  const read = deleted ? undefined : JsonFragment.fromValue(record);
  const entry: EventEntry = { ...eventEntry({ subscription, event: healing, type, record: read }), healed: true };
  return { subscription, type, recordId, committedAtMs: healing.header.commitTimestamp, event: undefined, entry };
}

/** Salesforce writes `+0000`, which not every parser takes. */
function stampOf({ stampColumn }: Subscription, record: JsonObject): number | undefined {
  const text = String(record[stampColumn ?? 'LastModifiedDate'] ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function describeWindow({ fromMs, toMs }: HealWindow): string {
  return `from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
}

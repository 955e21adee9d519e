import { AmpError } from '../../errors/amp-error.ts';
import type { JsonObject } from '../../mapping/json.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EventSource, StartPosition, StreamItem, StreamStatus } from '../../providers/event-source.ts';
import { dedupeKey, needsReconciliation, type StreamEvent } from '../../providers/salesforce/events/change-event.ts';
import { fanOut, type RecordEvent } from '../../providers/salesforce/events/fan-out.ts';
import { type SubscribeEventType, selectEvent } from '../../providers/salesforce/events/select-event.ts';
import { type EventEntry, eventEntry } from './event-entry.ts';
import type { HealPhase, StreamStore } from './stream-store.ts';
import type { Subscription } from './subscription.ts';

/**
 * Follows an org's change events and hands on what the subscriptions want.
 *
 * One response of the stream is one step: fan out → watch filter → drop repeats → read the records once, batched → one
 * transaction {what is delivered, the keys of what was seen, the position}. The position is therefore never ahead of what
 * was committed, and a kill between two steps repeats at most one response, whose keys are already known.
 *
 * What the stream cannot tell is read: a refused position (the hole from the last commit we know to now), an overflow, a
 * wildcard id. The hole is closed before the position moves over it, so it survives a kill as well.
 */
export interface FollowWorld {
  source: EventSource;
  store: StreamStore;
  clock: Clock;
  signal: AbortSignal;
  /** The org's own time, milliseconds. */
  orgTime(): Promise<number>;
  /** Records by id, as the connected user sees them now. */
  fetchRecords(subscription: Subscription, ids: readonly string[]): Promise<Map<string, JsonObject>>;
  /** Records changed, or deleted, in the window, in (stamp, Id) order, page by page. */
  fetchWindow(subscription: Subscription, window: HealWindow, phase: HealPhase): AsyncIterable<JsonObject[]>;
  /** Runs `work` in one store transaction. */
  transaction(work: () => void): void;
  /** Called inside the transaction, in order. Throws = the step is repeated later. */
  deliver(items: readonly Delivered[]): void;
  /**
   * Instead of committing each step at once: the caller calls `commit` when the items have really arrived somewhere, in
   * order. Waiting here slows the stream down.
   */
  takeStep?(items: readonly Delivered[], commit: () => void): Promise<void>;
  /** Shows what came: after the commit, or with `takeStep` as it comes. */
  onDelivered?(items: readonly Delivered[]): void;
  onStatus?(status: StreamStatus): void;
  onPosition?(position: { channel: string; replayId: string; receivedAt: number }): void;
  note(channel: string, kind: 'gap' | 'healed' | 'overflow' | 'unmapped' | 'status', message: string): void;
}

export interface Delivered {
  subscription: Subscription;
  type: SubscribeEventType;
  recordId: string;
  committedAtMs: number;
  /** Undefined for an entry that a healing read made. */
  event: RecordEvent | undefined;
  entry: EventEntry;
}

export interface HealWindow {
  fromMs: number;
  toMs: number;
}

/** Late commits surface with the stamp of their beginning: read a little further back than the hole. */
const healOverlapMs = 10 * 60_000;

/** Runs until the signal aborts. Throws `subscribe-…` and `org-…` for what no retry cures. */
export async function followEvents(
  world: FollowWorld,
  subscriptions: readonly Subscription[],
  startOf: (subscription: Subscription) => StartPosition,
): Promise<void> {
  const byChannel = groupByChannel(subscriptions);
  for (const subscription of subscriptions) noteUnmapped(world, subscription);
  const channels = [...byChannel].map(([channel, [first]]) => ({ channel, from: startOf(first!) }));
  try {
    for await (const item of world.source.follow({ channels, signal: world.signal }))
      await takeItem(world, byChannel, item);
  } catch (error) {
    // Told to stop in the middle of a step: what was not committed comes again.
    if (!world.signal.aborted) throw error;
  }
}

async function takeItem(
  world: FollowWorld,
  byChannel: ReadonlyMap<string, Subscription[]>,
  item: StreamItem,
): Promise<void> {
  switch (item.kind) {
    case 'status':
      world.onStatus?.(item.status);
      return;
    case 'gap':
      for (const subscription of byChannel.get(item.channel) ?? []) await healGap(world, subscription, item.lostAfter);
      return;
    case 'events':
      for (const event of item.events) await takeEvent(world, byChannel, event, item.receivedAt);
  }
}

async function takeEvent(
  world: FollowWorld,
  byChannel: ReadonlyMap<string, Subscription[]>,
  event: StreamEvent,
  receivedAt: number,
): Promise<void> {
  for (const subscription of subscribersOf(byChannel, event)) {
    const { scope, channel } = subscription;
    const reconcile = event.header !== undefined && needsReconciliation(event.header);
    if (reconcile) await reconcileObject(world, subscription, event);
    const items = reconcile ? [] : await selectItems(world, subscription, event);
    const commit = () =>
      world.transaction(() => {
        world.deliver(items);
        world.store.markSeen(
          scope,
          items.map((item) => dedupeKey(item.event!.header, item.recordId)),
        );
        world.store.savePosition(scope, channel, event.replayId, event.header?.commitTimestamp ?? receivedAt);
      });
    if (!world.takeStep) commit();
    world.onDelivered?.(items);
    if (world.takeStep) await world.takeStep(items, commit);
    world.onPosition?.({ channel, replayId: event.replayId, receivedAt });
  }
}

/** What of one event one subscription delivers, with its records read. */
async function selectItems(world: FollowWorld, subscription: Subscription, event: StreamEvent): Promise<Delivered[]> {
  const { header } = event;
  if (!header) return [];
  const verdict = selectEvent(header, subscription.selection);
  if (!verdict.deliver) return [];
  const parts = fanOut(event).filter(
    (part) => !world.store.isSeen(subscription.scope, dedupeKey(header, part.recordId)),
  );
  if (parts.length === 0) return [];
  const ids = verdict.type === 'delete' ? [] : parts.map((part) => part.recordId);
  const records = ids.length > 0 ? await world.fetchRecords(subscription, ids) : new Map<string, JsonObject>();
  return parts.map((part) => ({
    subscription,
    type: verdict.type,
    recordId: part.recordId,
    committedAtMs: header.commitTimestamp,
    event: part,
    entry: eventEntry({ subscription, event: part, type: verdict.type, record: records.get(part.recordId) }),
  }));
}

/** The org refused our position: everything between the last commit we know and now is read instead. */
async function healGap(world: FollowWorld, subscription: Subscription, lostAfter: string): Promise<void> {
  const { scope, channel, object } = subscription;
  const known = world.store.position(scope, channel);
  if (!known) {
    world.note(channel, 'gap', `The position ${lostAfter} is no longer valid and nothing was delivered before it.`);
    return;
  }
  const window = { fromMs: known.committedAtMs - healOverlapMs, toMs: await world.orgTime() };
  world.note(
    channel,
    'gap',
    `The position ${lostAfter} is older than what the org keeps. Reading ${object} ${describeWindow(window)}.`,
  );
  await readWindow(world, subscription, `position ${lostAfter}`, window);
}

/** An overflow or a wildcard id: the event says only that the object changed, so its recent past is read. */
async function reconcileObject(world: FollowWorld, subscription: Subscription, event: StreamEvent): Promise<void> {
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
      world.transaction(() => {
        world.deliver(items);
        world.store.saveHeal(scope, channel, heal);
      });
      world.onDelivered?.(items);
      counts[phase] += page.length;
    }
  }
  world.transaction(() => world.store.endHeal(scope, channel));
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
      commitNumber: '',
      commitUser: '',
      changedFields: [],
    },
    rawEvent: {},
  };
  const entry = eventEntry({ subscription, event: healing, type, record: deleted ? undefined : record });
  entry.healed = true;
  return { subscription, type, recordId, committedAtMs: healing.header.commitTimestamp, event: undefined, entry };
}

/** Salesforce writes `+0000`, which not every parser takes. */
function stampOf({ stampColumn }: Subscription, record: JsonObject): number | undefined {
  const text = String(record[stampColumn ?? 'LastModifiedDate'] ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function subscribersOf(byChannel: ReadonlyMap<string, Subscription[]>, event: StreamEvent): Subscription[] {
  const direct = byChannel.get(event.channel);
  if (direct) return direct;
  // `/data/ChangeEvents` carries every selected object.
  const all = byChannel.get('/data/ChangeEvents') ?? [];
  return all.filter((subscription) => subscription.object === event.header?.entityName);
}

function groupByChannel(subscriptions: readonly Subscription[]): Map<string, Subscription[]> {
  const groups = new Map<string, Subscription[]>();
  for (const subscription of subscriptions) {
    const group = groups.get(subscription.channel);
    if (group) group.push(subscription);
    else groups.set(subscription.channel, [subscription]);
  }
  if (groups.size === 0)
    throw new AmpError({ code: 'subscribe-nothing', message: 'There is nothing to follow: no object is subscribed.' });
  return groups;
}

function noteUnmapped(world: FollowWorld, { selection, channel }: Subscription): void {
  if (selection.update?.kind !== 'fields') return;
  for (const name of selection.update.unmapped) {
    world.note(channel, 'unmapped', `"${name}" is watched but this customer mapped no field to it: it never matches.`);
  }
}

function describeWindow({ fromMs, toMs }: HealWindow): string {
  return `from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
}

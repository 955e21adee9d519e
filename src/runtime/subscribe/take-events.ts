import type { JsonFragment } from '../../mapping/json-fragment.ts';
import type { StreamItem } from '../../providers/event-source.ts';
import {
  type ChangeHeader,
  needsReconciliation,
  type StreamEvent,
  seenKey,
} from '../../providers/salesforce/events/change-event.ts';
import { fanOut, type RecordEvent } from '../../providers/salesforce/events/fan-out.ts';
import { type SubscribeEventType, selectEvent } from '../../providers/salesforce/events/select-event.ts';
import { type EventEntry, eventEntry } from './event-entry.ts';
import type { Delivered, FollowWorld } from './follow.ts';
import { handOn } from './hand-on.ts';
import { reconcileObject } from './heal.ts';
import { patiently } from './patiently.ts';
import type { Subscription } from './subscription.ts';

/** One record's part of an event that is wanted, before its record is read. */
interface Part {
  event: RecordEvent;
  type: SubscribeEventType;
  key: string;
}

class DeliveredPart implements Delivered {
  readonly subscription: Subscription;
  readonly type: SubscribeEventType;
  readonly event: RecordEvent;
  readonly #records: ReadonlyMap<string, JsonFragment>;

  constructor(subscription: Subscription, { event, type }: Part, records: ReadonlyMap<string, JsonFragment>) {
    this.subscription = subscription;
    this.type = type;
    this.event = event;
    this.#records = records;
  }

  get recordId(): string {
    return this.event.recordId;
  }

  get committedAtMs(): number {
    return this.event.header.commitTimestamp;
  }

  /** Made when somebody looks, and not kept: a line for people needs none, and a response of entries weighs a lot. */
  get entry(): EventEntry {
    const { subscription, event, type } = this;
    return eventEntry({ subscription, event, type, record: this.#records.get(event.recordId) });
  }
}

/** Takes one response: everything up to an event that says only "read the object again" is one step. */
export async function takeEvents(
  world: FollowWorld,
  byChannel: ReadonlyMap<string, Subscription[]>,
  { events, receivedAt }: Extract<StreamItem, { kind: 'events' }>,
  room: number,
): Promise<number> {
  let taken = 0;
  for (const [subscription, own] of eventsBySubscription(byChannel, events)) {
    let step: StreamEvent[] = [];
    for (const event of own) {
      if (taken >= room) return taken;
      if (!event.header || !isMeant(subscription, event.header) || !needsReconciliation(event.header)) {
        step.push(event);
        continue;
      }
      taken += await takeStep(world, subscription, step, receivedAt, room - taken);
      step = [];
      if (taken >= room) return taken;
      await patiently(world, () => reconcileObject(world, subscription, event));
      await finishStep(world, subscription, { items: [], keys: [], last: event, events: [event] }, receivedAt);
    }
    taken += await takeStep(world, subscription, step, receivedAt, room - taken);
  }
  return taken;
}

async function takeStep(
  world: FollowWorld,
  subscription: Subscription,
  events: readonly StreamEvent[],
  receivedAt: number,
  room: number,
): Promise<number> {
  if (events.length === 0 || room <= 0) return 0;
  const { parts, whole } = selectParts(world, subscription, events, room);
  const records = await readRecords(world, subscription, parts);
  const items = parts.map((part) => new DeliveredPart(subscription, part, records));
  const keys = parts.map(({ key }) => key);
  const done = events.slice(0, whole);
  await finishStep(world, subscription, { items, keys, last: done.at(-1), events: done }, receivedAt);
  return items.length;
}

/** What of the events is wanted and new, at most `room` parts, and how many events that covers as a whole. */
function selectParts(
  world: FollowWorld,
  subscription: Subscription,
  events: readonly StreamEvent[],
  room: number,
): { parts: Part[]; whole: number } {
  const candidates = events.map((event) => partsOf(subscription, event));
  const keys: string[] = [];
  for (const candidate of candidates) for (const { key } of candidate) keys.push(key);
  const seen = world.store.seenAmong(subscription.scope, keys);
  const parts: Part[] = [];
  for (let index = 0; index < candidates.length; index++) {
    for (const part of candidates[index]!) {
      if (seen.has(part.key)) continue;
      if (parts.length >= room) return { parts, whole: index };
      seen.add(part.key);
      parts.push(part);
    }
  }
  return { parts, whole: events.length };
}

/** Whether the subscription had begun when this was committed; what has no time is meant. */
function isMeant({ sinceMs = 0 }: Subscription, { commitTimestamp }: ChangeHeader): boolean {
  return commitTimestamp >= sinceMs || commitTimestamp === 0;
}

function partsOf(subscription: Subscription, event: StreamEvent): Part[] {
  const { selection, object } = subscription;
  const { header } = event;
  if (!header) {
    const part = platformPart(object, event);
    return isMeant(subscription, part.event.header) ? [part] : [];
  }
  if (!isMeant(subscription, header)) return [];
  const verdict = selectEvent(header, selection);
  if (!verdict.deliver) return [];
  return fanOut(event).map((part) => ({
    event: part,
    type: verdict.type,
    key: seenKey(header, part.recordId),
  }));
}

/** A platform event is its own message: it stands for no record and has no header. */
function platformPart(object: string, event: StreamEvent): Part {
  const { CreatedDate, CreatedById } = event.payload.value;
  const id = event.eventUuid ?? event.replayId;
  const header: ChangeHeader = {
    entityName: object,
    recordIds: [],
    changeType: object,
    changeOrigin: '',
    transactionKey: id,
    sequenceNumber: 0,
    commitTimestamp: Date.parse(String(CreatedDate ?? '')) || 0,
    commitUser: typeof CreatedById === 'string' ? CreatedById : '',
    changedFields: [],
  };
  const { payload } = event;
  const part = { recordId: '', header, replayId: event.replayId, payload, rawEvent: payload };
  return { event: part, type: 'other', key: seenKey(header, '') };
}

async function readRecords(
  world: FollowWorld,
  subscription: Subscription,
  parts: readonly Part[],
): Promise<ReadonlyMap<string, JsonFragment>> {
  if (world.withRecords === false) return new Map();
  const ids = new Set<string>();
  for (const { event, type } of parts) if (type !== 'delete' && event.recordId !== '') ids.add(event.recordId);
  return ids.size > 0 ? patiently(world, () => world.fetchRecords(subscription, [...ids])) : new Map();
}

interface Step {
  items: Delivered[];
  keys: string[];
  /** The events that are wholly done with, and the last of them: undefined when the room ended inside the first. */
  events: readonly StreamEvent[];
  last: StreamEvent | undefined;
}

async function finishStep(
  world: FollowWorld,
  { scope, channel }: Subscription,
  { items, keys, events, last }: Step,
  receivedAt: number,
): Promise<void> {
  await handOn(world, items, () => {
    world.store.markSeen(scope, keys);
    if (!last) return world.store.forgetHealed(scope, channel);
    const committedAt = Math.max(...events.map(({ header }) => header?.commitTimestamp ?? receivedAt));
    world.store.savePosition(scope, channel, last.replayId, committedAt);
  });
  if (last) world.onPosition?.({ channel, replayId: last.replayId, receivedAt });
}

/** In the order of the response within each subscription. */
function eventsBySubscription(
  byChannel: ReadonlyMap<string, Subscription[]>,
  events: readonly StreamEvent[],
): Map<Subscription, StreamEvent[]> {
  const own = new Map<Subscription, StreamEvent[]>();
  for (const event of events) {
    for (const subscription of subscribersOf(byChannel, event)) {
      const list = own.get(subscription);
      if (list) list.push(event);
      else own.set(subscription, [event]);
    }
  }
  return own;
}

function subscribersOf(byChannel: ReadonlyMap<string, Subscription[]>, event: StreamEvent): Subscription[] {
  const direct = byChannel.get(event.channel);
  if (direct) return direct;
  // `/data/ChangeEvents` carries every selected object.
  const all = byChannel.get('/data/ChangeEvents') ?? [];
  return all.filter((subscription) => subscription.object === event.header?.entityName);
}

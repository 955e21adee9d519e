import { AmpError } from '../../errors/amp-error.ts';
import type { JsonObject } from '../../mapping/json.ts';
import type { JsonFragment } from '../../mapping/json-fragment.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EventSource, StartPosition, StreamItem, StreamStatus } from '../../providers/event-source.ts';
import type { StreamEvent } from '../../providers/salesforce/events/change-event.ts';
import type { RecordEvent } from '../../providers/salesforce/events/fan-out.ts';
import type { SubscribeEventType } from '../../providers/salesforce/events/select-event.ts';
import type { EventEntry } from './event-entry.ts';
import { healGap, healLapse } from './heal.ts';
import { patiently } from './patiently.ts';
import type { Lapse } from './selection-watch.ts';
import type { HealPhase, StreamStore } from './stream-store.ts';
import type { Subscription } from './subscription.ts';
import { takeEvents } from './take-events.ts';

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
  /** Ends by itself after so many entries; what came beyond them is not counted as seen. */
  limit?: number | undefined;
  /** False: nobody looks at the records behind the events, so they are not read. */
  withRecords?: boolean | undefined;
  /** The org's own time, milliseconds. */
  orgTime(): Promise<number>;
  /** Records by id, as the connected user sees them now. */
  fetchRecords(subscription: Subscription, ids: readonly string[]): Promise<Map<string, JsonFragment>>;
  /** Records changed, or deleted, in the window, in (stamp, Id) order, page by page. */
  fetchWindow(subscription: Subscription, window: HealWindow, phase: HealPhase): AsyncIterable<JsonObject[]>;
  /** Times in which the org published nothing of an object, to be read now. Asked after every answer of the stream (`SelectionWatch`). */
  findLapses?(toldUntilMs: (channel: string) => number): Promise<readonly Lapse[]>;
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
  /** Made anew each time it is asked for. */
  readonly entry: EventEntry;
}

export interface HealWindow {
  fromMs: number;
  toMs: number;
}

/** A quiet stream is looked at all the time; that it was is written down this often. */
const confirmEveryMs = 5 * 60_000;

/** Runs until the signal aborts or the limit is reached. Throws `subscribe-…` and `org-…` for what no retry cures. */
export async function followEvents(
  world: FollowWorld,
  subscriptions: readonly Subscription[],
  startOf: (subscription: Subscription) => StartPosition,
): Promise<void> {
  const byChannel = groupByChannel(subscriptions);
  for (const subscription of subscriptions) noteUnmapped(world, subscription);
  const channels = [...byChannel].map(([channel, [first]]) => ({ channel, from: startOf(first!) }));
  let room = world.limit ?? Number.POSITIVE_INFINITY;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let emptyAnswers = 0;
  try {
    for await (const item of world.source.follow({ channels, signal: world.signal })) {
      room -= await takeItem(world, byChannel, item, room);
      if (room <= 0) return;
      if (item.kind === 'status') emptyAnswers = 0;
      if (item.kind !== 'events') continue;
      emptyAnswers = item.events.length === 0 ? emptyAnswers + 1 : 0;
      // The first answer of a new connection may come before what it replays.
      const isQuiet = emptyAnswers > 1;
      const told = (channel: string) => (isQuiet ? Number.POSITIVE_INFINITY : lastCommitMs(item.events, channel));
      const lapses = (await world.findLapses?.(told)) ?? [];
      for (const lapse of lapses) await patiently(world, () => healLapse(world, lapse));
      if (world.clock.now() - confirmedAt < confirmEveryMs) continue;
      confirmedAt = world.clock.now();
      world.transaction(() => {
        for (const { scope, channel } of subscriptions) world.store.confirmPosition(scope, channel);
      });
    }
  } catch (error) {
    // Told to stop in the middle of a step: what was not committed comes again.
    if (!world.signal.aborted) throw error;
  }
}

/** Events come in the order of their commits. */
function lastCommitMs(events: readonly StreamEvent[], channel: string): number {
  const commits = events.flatMap((event) => (event.channel === channel ? (event.header?.commitTimestamp ?? []) : []));
  return Math.max(Number.NEGATIVE_INFINITY, ...commits);
}

/** Answers how many entries were delivered from the stream. */
async function takeItem(
  world: FollowWorld,
  byChannel: ReadonlyMap<string, Subscription[]>,
  item: StreamItem,
  room: number,
): Promise<number> {
  switch (item.kind) {
    case 'status':
      world.onStatus?.(item.status);
      return 0;
    case 'gap':
      for (const subscription of byChannel.get(item.channel) ?? [])
        await patiently(world, () => healGap(world, subscription, item.lostAfter));
      return 0;
    case 'events':
      return takeEvents(world, byChannel, item, room);
  }
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

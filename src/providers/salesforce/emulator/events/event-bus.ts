import { randomUUID } from 'node:crypto';
import type { CommitEntry, EmulatedOrg } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import type { Settings } from '../settings.ts';
import { type ChangeType, changePayload, type EventField } from './change-event.ts';
import { type ChannelMembers, standardChannel } from './channel-members.ts';
import { firstAfter, firstSequenceSince, mergeKey, schemaId } from './event-order.ts';

/**
 * Change events and platform events, in commit order, for as long as they are retained on the org's clock. Change events are
 * derived from the commit log and their replay ids from its sequence, so that they survive a restart; ids grow with gaps.
 * Within one transaction equal changes to several records of an object merge; beyond the overflow limit the rest becomes one
 * GAP_OVERFLOW event per object (facts 14).
 */
export interface RetainedEvent {
  replayId: number;
  at: number;
  /** Object of a change event, or the API name of a platform event (`…__e`). */
  topic: string;
  /** Log sequences of a change event; empty when the payload is given. */
  sequences: number[];
  payload?: Record<string, unknown>;
  uuid: string;
}

export interface InjectedEvent {
  object: string;
  changeType: ChangeType;
  recordIds?: string[];
  /** Joins an earlier transaction. */
  transactionKey?: string;
}

/** Room between the ids of two commits, for events that tests inject. */
const replayStep = 1000;
const emptyRecordId = '000000000000000AAA';

export class EventBus {
  readonly members: ChannelMembers;
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  #events: RetainedEvent[] = [];
  #platformEvents: RetainedEvent[];
  #listeners = new Set<() => void>();
  #delivered: { day: number; count: number } = { day: 0, count: 0 };
  #injected = 0;

  constructor(org: EmulatedOrg, settings: Settings, members: ChannelMembers) {
    this.#org = org;
    this.#settings = settings;
    this.members = members;
    this.#platformEvents = (org.documents.load('platformEvents') as RetainedEvent[] | undefined) ?? [];
    this.#restore();
    org.log.onCommit((entries) => this.#take(entries));
  }

  /** Called after new events came. Returns a function that stops it. */
  onEvents(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Retained events of a channel after a replay id, oldest first, at most `limit`. */
  after(channel: string, replayId: number, limit: number): RetainedEvent[] {
    const { events, hears } = this.#channel(channel);
    const oldest = this.#org.clock.now() - this.#settings.eventRetentionMs;
    const found: RetainedEvent[] = [];
    for (let i = firstAfter(events, replayId); i < events.length && found.length < limit; i++) {
      const event = events[i]!;
      if (event.at >= oldest && hears(event.topic)) found.push(event);
    }
    return found;
  }

  exists(channel: string): boolean {
    return this.#isPlatform(channel) || this.members.hears(channel) !== undefined;
  }

  newestReplayId(channel: string): number {
    return this.#channel(channel).events.at(-1)?.replayId ?? 0;
  }

  /** Whether a client may go on after this id: it names an event that is still retained. */
  canResume(channel: string, replayId: number): boolean {
    const oldest = this.#org.clock.now() - this.#settings.eventRetentionMs;
    const { events } = this.#channel(channel);
    const event = events[firstAfter(events, replayId - 1)];
    return event?.replayId === replayId && event.at >= oldest;
  }

  /** The `data` of a Bayeux message. */
  render(event: RetainedEvent, channel: string): Record<string, unknown> {
    const named = { replayId: event.replayId, EventUuid: event.uuid };
    if (event.payload) return { schema: schemaId(event.topic), payload: event.payload, event: named };
    const [first] = event.sequences;
    const entry = this.#org.log.read(first! - 1, 1)[0]!;
    const recordIds = event.sequences.map((sequence) => this.#org.log.read(sequence - 1, 1)[0]!.recordId);
    const name = channel.slice('/data/'.length);
    const home = name.endsWith('__chn') ? name : standardChannel;
    const payload = changePayload(
      entry,
      recordIds,
      this.#fields(entry.object),
      this.members.enriched(entry.object, home),
    );
    return { schema: schemaId(entry.object), payload, event: named };
  }

  /** Publishes a platform event. Throws NOT_FOUND for an object that does not exist. */
  publish(name: string, values: Record<string, unknown>, userId: string): { id: string; uuid: string } {
    const topic = this.#org.schema.objectName(name);
    if (topic === undefined) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
    const at = this.#org.clock.now();
    const uuid = randomUUID();
    const payload = { ...values, CreatedDate: new Date(at).toISOString(), CreatedById: userId };
    const replayId = (this.#platformEvents.at(-1)?.replayId ?? 0) + 7;
    this.#platformEvents.push({ replayId, at, topic, sequences: [], payload, uuid });
    this.#org.documents.save('platformEvents', this.#platformEvents);
    this.#announce();
    return { id: 'e01xx0000000001AAA', uuid };
  }

  /** An event of the platform's own making: a gap, an overflow, a duplicate. */
  inject({ object, changeType, recordIds, transactionKey }: InjectedEvent): RetainedEvent {
    const topic = this.#org.schema.objectName(String(object));
    if (topic === undefined) throw new SalesforceFault(400, 'INVALID_INPUT', `There is no object ${object}`);
    const ids = recordIds ?? [emptyRecordId];
    const event = this.#gap(topic, changeType, ids, this.#org.clock.now(), transactionKey ?? randomUUID(), 1);
    this.#events.push(event);
    this.#announce();
    return event;
  }

  countDelivered(events: number): void {
    const day = Math.floor(this.#org.clock.now() / 86_400_000);
    if (this.#delivered.day !== day) this.#delivered = { day, count: 0 };
    this.#delivered.count += events;
  }

  deliveredToday(): number {
    return this.#delivered.day === Math.floor(this.#org.clock.now() / 86_400_000) ? this.#delivered.count : 0;
  }

  #isPlatform(channel: string): boolean {
    const name = /^\/event\/(\w+__e)$/.exec(channel)?.[1];
    return name !== undefined && this.#org.schema.objectName(name) === name;
  }

  #channel(channel: string): { events: RetainedEvent[]; hears: (topic: string) => boolean } {
    if (channel.startsWith('/event/')) {
      const name = channel.slice('/event/'.length);
      return { events: this.#platformEvents, hears: (topic) => topic === name };
    }
    return { events: this.#events, hears: this.members.hears(channel) ?? (() => false) };
  }

  #take(entries: CommitEntry[]): void {
    const before = this.#events.length;
    this.#add(entries);
    if (this.#events.length > before) this.#announce();
  }

  /** One transaction's entries. */
  #add(entries: CommitEntry[]): void {
    const merged = new Map<string, RetainedEvent>();
    const overflown = new Set<string>();
    let changes = 0;
    for (const entry of entries) {
      if (!this.members.isSelected(entry.object, entry.committedAt)) continue;
      changes += entry.kind === 'UPDATE' ? Math.max(1, entry.changedFields.length) : 1;
      const replayId = entry.sequence * replayStep;
      if (changes > this.#settings.overflowChanges) {
        if (overflown.has(entry.object)) continue;
        overflown.add(entry.object);
        const gap = this.#gap(
          entry.object,
          'GAP_OVERFLOW',
          [emptyRecordId],
          entry.committedAt,
          entry.transactionKey,
          entry.sequenceNumber,
        );
        this.#events.push({ ...gap, replayId });
        continue;
      }
      const key = mergeKey(entry);
      const twin = key === undefined ? undefined : merged.get(key);
      if (twin) {
        twin.sequences.push(entry.sequence);
        continue;
      }
      const event = {
        replayId,
        at: entry.committedAt,
        topic: entry.object,
        sequences: [entry.sequence],
        uuid: randomUUID(),
      };
      if (key !== undefined) merged.set(key, event);
      this.#events.push(event);
    }
    this.#injected = 0;
  }

  #gap(
    object: string,
    changeType: ChangeType,
    recordIds: string[],
    at: number,
    transactionKey: string,
    sequenceNumber: number,
  ) {
    const lastId = this.#org.log.lastSequence * replayStep;
    const payload = {
      ChangeEventHeader: {
        entityName: object,
        recordIds,
        changeType,
        changeOrigin: '',
        transactionKey,
        sequenceNumber,
        commitTimestamp: at,
        commitNumber: BigInt(at) * 1_000_000n + 1n,
        commitUser: this.#org.adminUserId,
      },
    };
    return { replayId: lastId + ++this.#injected, at, topic: object, sequences: [], payload, uuid: randomUUID() };
  }

  /** Events of a log that was there before us: whole transactions, back to the retention limit. */
  #restore(): void {
    const { log } = this.#org;
    if (this.members.list().length === 0) return;
    const oldest = this.#org.clock.now() - this.#settings.eventRetentionMs;
    let after = firstSequenceSince(this.#org, oldest) - 1;
    let transaction: CommitEntry[] = [];
    for (;;) {
      const entries = log.read(after, 1000);
      for (const entry of entries) {
        if (transaction[0] && transaction[0].transactionKey !== entry.transactionKey) {
          this.#add(transaction);
          transaction = [];
        }
        transaction.push(entry);
      }
      if (entries.length < 1000) break;
      after = entries.at(-1)!.sequence;
    }
    this.#add(transaction);
  }

  #fields(object: string): EventField[] {
    return (this.#org.schema.describe(object, this.#org.adminUserId, '66.0') as { fields: EventField[] }).fields;
  }

  #announce(): void {
    const oldest = this.#org.clock.now() - this.#settings.eventRetentionMs;
    while (this.#events[0] && this.#events[0].at < oldest) this.#events.shift();
    for (const listener of this.#listeners) listener();
  }
}

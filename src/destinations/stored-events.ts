import { AmpError } from '../errors/amp-error.ts';
import type { Database, SqlValue } from '../store/database.ts';
import type { FailureSummary } from './describe-destination.ts';
import { createDestinationStore } from './destination-store.ts';

/** One message of the outbox: waiting, delivered or given up. Times are ISO 8601. */
export interface StoredEvent {
  id: string;
  destination: string;
  topic: string;
  /** What its order is kept by: the object, or object and record. */
  orderKey: string;
  state: 'pending' | 'delivered' | 'dead';
  attempts: number;
  /** How often it was sent again by hand. */
  replays: number;
  records: number;
  bytes: number;
  operationId?: string;
  createdAt: string;
  endedAt?: string;
  nextAttemptAt?: string;
  lastStatus?: number;
  lastError?: string;
}

export interface EventFilter {
  ids?: readonly string[] | undefined;
  states?: readonly StoredEvent['state'][];
  destination?: string;
  topic?: string;
  operationId?: string;
  /** Stored at or after, epoch milliseconds. */
  since?: number;
  until?: number;
}

/** A filter, and ids as a person gives them: beginnings are enough. */
export interface EventSelection extends EventFilter {
  given: readonly string[];
}

/** The whole ids of those given; undefined when none were. Throws `destination-event-not-found`. */
export function selectedIds(db: Database, { given }: EventSelection): string[] | undefined {
  return given.length === 0 ? undefined : given.map((idStart) => findId(db, idStart));
}

/** Newest first. */
export function listEvents(db: Database, filter: EventFilter, limit: number): StoredEvent[] {
  const { where, values } = conditionsOf(filter);
  return db
    .prepare(`${selectEvents} ${where} ORDER BY outbox.seq DESC LIMIT ?`)
    .all<EventRow>(...values, limit)
    .map(toEvent);
}

export interface EventDetail extends StoredEvent {
  body: Uint8Array;
  /** Oldest first. */
  failures: FailureSummary[];
}

/** The event whose id begins with `idStart`. Throws `destination-event-not-found` when none or several do. */
export function loadEvent(db: Database, idStart: string): EventDetail {
  const row = db.prepare(`${selectEvents} WHERE outbox.id = ?`).get<EventRow>(findId(db, idStart))!;
  const { body } = db.prepare('SELECT body FROM outbox_bodies WHERE seq = ?').get<{ body: Uint8Array }>(row.seq)!;
  const failures = db
    .prepare('SELECT attempt, at, status, reason FROM delivery_failures WHERE message_id = ? ORDER BY at, id')
    .all<{ attempt: number; at: number; status: number | null; reason: string }>(row.id)
    .map(({ at, status, ...rest }) => ({
      ...rest,
      messageId: row.id,
      at: iso(at),
      ...(status === null ? {} : { status }),
    }));
  return { ...toEvent(row), body, failures };
}

function findId(db: Database, idStart: string): string {
  const rows = db
    .prepare('SELECT id FROM outbox WHERE id >= ? AND id < ? ORDER BY id LIMIT 2')
    .all<{ id: string }>(idStart, `${idStart}\u{10ffff}`);
  if (rows.length === 1) return rows[0]!.id;
  throw new AmpError({
    code: 'destination-event-not-found',
    message: rows.length > 1 ? `Several events begin with "${idStart}".` : `No stored event begins with "${idStart}".`,
  });
}

/**
 * Puts events back into the outbox as they were first stored: same id, same bytes, a fresh schedule, marked as replayed.
 * Those that still wait become due at once. Answers the ids, oldest first.
 */
export function replayEvents(db: Database, filter: EventFilter): string[] {
  const { where, values } = conditionsOf(filter);
  return db.transaction(() => {
    const rows = db
      .prepare(
        `SELECT outbox.seq, outbox.id, outbox.destination_id FROM outbox
         JOIN destinations ON destinations.id = outbox.destination_id ${where} ORDER BY outbox.seq`,
      )
      .all<{ seq: number; id: string; destination_id: string }>(...values);
    const update = db.prepare(
      `UPDATE outbox SET replays = replays + (state <> 'pending'), attempts = 0, state = 'pending', next_attempt_at = 0,
         ended_at = NULL WHERE seq = ?`,
    );
    for (const row of rows) update.run(row.seq);
    // Running senders notice the change and read the outbox again.
    const store = createDestinationStore(db);
    for (const id of new Set(rows.map((row) => row.destination_id))) store.touch(id);
    return rows.map((row) => row.id);
  });
}

/**
 * Forgets delivered messages, and failures, of more than 30 days ago, a bounded number at a time. What was given up is kept
 * until somebody replays it or removes its destination. `now` in epoch milliseconds.
 */
export function pruneOutbox(db: Database, now: number): void {
  const before = now - keptDays * 24 * 3600 * 1000;
  db.prepare(
    `DELETE FROM outbox WHERE seq IN (
       SELECT seq FROM outbox WHERE destination_id IN (SELECT id FROM destinations) AND state = 'delivered' AND ended_at < ?
       LIMIT ${pruneRows})`,
  ).run(before);
  db.prepare(
    `DELETE FROM delivery_failures WHERE id IN (
       SELECT id FROM delivery_failures WHERE destination_id IN (SELECT id FROM destinations) AND at < ? LIMIT ${pruneRows})`,
  ).run(before);
}

const keptDays = 30;
const pruneRows = 10_000;

function conditionsOf(filter: EventFilter): { where: string; values: SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...more: SqlValue[]) => {
    conditions.push(condition);
    values.push(...more);
  };
  if (filter.ids) add('outbox.id IN (SELECT value FROM json_each(?))', JSON.stringify(filter.ids));
  if (filter.states) add('outbox.state IN (SELECT value FROM json_each(?))', JSON.stringify(filter.states));
  if (filter.destination !== undefined) add('destinations.name = ?', filter.destination);
  if (filter.topic !== undefined) add('outbox.topic = ?', filter.topic);
  if (filter.operationId !== undefined) add('outbox.operation_id = ?', filter.operationId);
  if (filter.since !== undefined) add('outbox.created_at >= ?', filter.since);
  if (filter.until !== undefined) add('outbox.created_at <= ?', filter.until);
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', values };
}

const selectEvents = `SELECT outbox.*, destinations.name AS destination
  FROM outbox JOIN destinations ON destinations.id = outbox.destination_id`;

interface EventRow {
  seq: number;
  id: string;
  destination: string;
  topic: string;
  order_key: string;
  operation_id: string | null;
  records: number;
  bytes: number;
  state: StoredEvent['state'];
  attempts: number;
  replays: number;
  next_attempt_at: number;
  created_at: number;
  ended_at: number | null;
  last_status: number | null;
  last_error: string | null;
}

function toEvent(row: EventRow): StoredEvent {
  return {
    id: row.id,
    destination: row.destination,
    topic: row.topic,
    orderKey: row.order_key,
    state: row.state,
    attempts: row.attempts,
    replays: row.replays,
    records: row.records,
    bytes: row.bytes,
    ...(row.operation_id === null ? {} : { operationId: row.operation_id }),
    createdAt: iso(row.created_at),
    ...(row.ended_at === null ? {} : { endedAt: iso(row.ended_at) }),
    ...(row.state === 'pending' && row.next_attempt_at > 0 ? { nextAttemptAt: iso(row.next_attempt_at) } : {}),
    ...(row.last_status === null ? {} : { lastStatus: row.last_status }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

import { onDemand } from '../../../platform/on-demand.ts';
import type { Database } from '../../../store/database.ts';
import type { PreparedRow } from '../prepared.ts';
import type { WriteItem, WriteRequest } from '../write-request.ts';
import { batchOf, readRequest, readWrite, renderRequest, renderRow, targetOf, type WriteRow } from './queue-rows.ts';
import type { QueuedHead, QueuedRow, QueuedWrite, SendWay, UnpreparedWrite } from './queued-write.ts';

export interface NewQueuedWrite {
  operation: string;
  org: string;
  installationId: string | undefined;
  objectName: string;
  content: PreparedContent | { request: WriteRequest };
  retryHours: number;
  /** Single records that agree in this text share a call. */
  gatherKey?: string;
  /** When it is sent at the earliest; of a gathering write, when it is sent at the latest. */
  nextAt: number;
}

export interface PreparedContent {
  head: QueuedHead;
  way: SendWay;
  rows: readonly PreparedRow[];
}

/** Writes on their way, in the state store. Every method is one transaction, or joins the open one. */
export interface QueueStore {
  /** Gathered records that the new write would wait for go at once. */
  add(write: NewQueuedWrite, now: number): void;
  /** The write this record may join, with how many it has. */
  findGathering(gatherKey: string): { number: number; operation: string; rows: number } | undefined;
  /** Whether a gathering write changes the record of this row already: one call cannot change it twice. */
  changesSame(number: number, row: PreparedRow): boolean;
  /** Adds a record to a gathering write of the same kind of content. */
  join(number: number, record: { row: PreparedRow } | { item: WriteItem }): void;
  /** Lets gathered records go at once. The deadline begins here. */
  release(number: number, now: number): void;
  /** The same for those whose time is up. */
  releaseDue(now: number): void;
  /** The request became a write. */
  prepare(number: number, content: PreparedContent): void;
  /**
   * Writes whose time has come, oldest first, none of `except`: without those whose record an earlier write has not yet
   * settled. A write past its deadline is due in any case.
   */
  due(now: number, limit: number, except: readonly number[], org?: string): (QueuedWrite | UnpreparedWrite)[];
  /** When the next write comes due after `now`; those that wait for another write are not counted. */
  nextAfter(now: number): number | undefined;
  has(operation: string): boolean;
  count(): { waiting: number; gathering: number };
  /** Before a call: what the org may know from here on is on disk. */
  markSending(number: number, way: SendWay, now: number): void;
  /** Another way of the same attempt, before anything is sent that way. */
  setWay(number: number, way: SendWay): void;
  /** Outcomes of an attempt, and when the next one is. */
  save(number: number, rows: readonly QueuedRow[], next: { nextAt: number; apiCalls: number }): void;
  /** Another idempotency key for the next attempt. */
  renewKey(number: number, head: QueuedHead): void;
  postpone(number: number, nextAt: number, attempts?: number): void;
  /** Moves every time by so many milliseconds: the wall clock was set. */
  shift(byMs: number): void;
  remove(number: number): void;
  /** Writes whose call was under way when their process died. Only the holder of the queue's lock may ask. */
  interrupted(): QueuedWrite[];
}

const columns = `number, operation, state, org, installation_id AS installationId, object_name AS objectName, request, head,
  way, retry_hours AS retryHours, created_at AS createdAt, deadline_at AS deadlineAt, next_at AS nextAt,
  first_sent_at AS firstSentAt, sent_at AS sentAt, attempts, api_calls AS apiCalls`;

export function createQueueStore(db: Database): QueueStore {
  const addRow = (write: { number: number; org: string; head: QueuedHead }, position: number, row: PreparedRow) =>
    db
      .prepare('INSERT INTO queued_write_rows (write, position, target, row) VALUES (?, ?, ?, ?)')
      .run(write.number, position, targetOf(write, row), renderRow(row));
  const find = (number: number) =>
    db.prepare(`SELECT ${columns} FROM queued_writes WHERE number = ?`).get<WriteRow>(number)!;

  const release = (number: number, now: number) => {
    db.prepare(
      `UPDATE queued_writes SET state = 'waiting', next_at = ?1, deadline_at = ?1 + retry_hours * ${hourMs}
       WHERE number = ?2 AND state = 'gathering'`,
    ).run(now, number);
  };

  return {
    add: (write, now) => {
      db.transaction(() => {
        const { content } = write;
        const gathers = write.gatherKey !== undefined;
        const prepared = 'head' in content ? content : undefined;
        const { lastInsertRowid } = db
          .prepare(
            `INSERT INTO queued_writes (operation, state, org, installation_id, object_name, request, head, way,
               gather_key, retry_hours, created_at, deadline_at, next_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            write.operation,
            gathers ? 'gathering' : 'waiting',
            write.org,
            write.installationId ?? null,
            write.objectName,
            'request' in content ? renderRequest(content.request) : null,
            prepared ? JSON.stringify(prepared.head) : null,
            prepared?.way ?? 'plain',
            write.gatherKey ?? null,
            write.retryHours,
            now,
            gathers ? null : now + write.retryHours * hourMs,
            write.nextAt,
          );
        if (!prepared) return;
        const to = { number: Number(lastInsertRowid), org: write.org, head: prepared.head };
        for (const [position, row] of prepared.rows.entries()) addRow(to, position, row);
        const inTheWay = db
          .prepare(
            `SELECT DISTINCT gathering.number AS number FROM queued_write_rows AS own
             JOIN queued_write_rows AS earlier ON earlier.target = own.target AND earlier.write < own.write
             JOIN queued_writes AS gathering ON gathering.number = earlier.write AND gathering.state = 'gathering'
             WHERE own.write = ?`,
          )
          .all<{ number: number }>(to.number);
        for (const { number } of inTheWay) release(number, now);
      });
    },
    changesSame(number, row) {
      const { org, head } = find(number);
      const target = head === null ? null : targetOf({ org, head: JSON.parse(head) as QueuedHead }, row);
      if (target === null) return false;
      const sql = 'SELECT 1 FROM queued_write_rows WHERE write = ? AND target = ?';
      return db.prepare(sql).get(number, target) !== undefined;
    },
    findGathering(gatherKey) {
      const row = db
        .prepare(
          `SELECT number, operation, request, (SELECT count(*) FROM queued_write_rows WHERE write = number) AS rows
           FROM queued_writes WHERE state = 'gathering' AND gather_key = ?`,
        )
        .get<{ number: number; operation: string; request: string | null; rows: number }>(gatherKey);
      if (!row) return undefined;
      const { number, operation, request } = row;
      return { number, operation, rows: request === null ? row.rows : batchOf(readRequest(request)).length };
    },
    join(number, record) {
      db.transaction(() => {
        const write = find(number);
        if ('item' in record) {
          const request = readRequest(write.request!);
          const joined: WriteRequest = {
            ...request,
            records: { kind: 'batch', batch: [...batchOf(request), record.item] },
          };
          db.prepare('UPDATE queued_writes SET request = ? WHERE number = ?').run(renderRequest(joined), number);
          return;
        }
        const { rows } = db
          .prepare('SELECT count(*) AS rows FROM queued_write_rows WHERE write = ?')
          .get<{ rows: number }>(number)!;
        const to = { number, org: write.org, head: JSON.parse(write.head!) as QueuedHead };
        addRow(to, rows, { ...record.row, index: rows });
      });
    },
    release,
    releaseDue: (now) => {
      db.prepare(
        `UPDATE queued_writes SET state = 'waiting', deadline_at = next_at + retry_hours * ${hourMs}
         WHERE state = 'gathering' AND next_at <= ?`,
      ).run(now);
    },
    prepare: (number, { head, way, rows }) =>
      db.transaction(() => {
        db.prepare('UPDATE queued_writes SET request = NULL, head = ?, way = ? WHERE number = ?').run(
          JSON.stringify(head),
          way,
          number,
        );
        const to = { number, org: find(number).org, head };
        for (const [position, row] of rows.entries()) addRow(to, position, row);
      }),
    due: (now, limit, except, org) =>
      db
        .prepare(
          `SELECT ${columns} FROM queued_writes AS write
           WHERE state = 'waiting' AND (next_at <= ?1 OR deadline_at <= ?1)
             AND number NOT IN (SELECT value FROM json_each(?3)) AND (?4 IS NULL OR org = ?4)
             AND (deadline_at <= ?1 OR NOT EXISTS (
               SELECT 1 FROM queued_writes AS before
               WHERE before.number < write.number AND before.org = write.org AND before.request IS NOT NULL
                 AND before.object_name = write.object_name))
             AND (deadline_at <= ?1 OR NOT EXISTS (
               SELECT 1 FROM queued_write_rows AS own
               JOIN queued_write_rows AS earlier ON earlier.target = own.target AND earlier.write < own.write
               WHERE own.write = write.number))
           ORDER BY next_at, number LIMIT ?2`,
        )
        .all<WriteRow>(now, limit, JSON.stringify(except), org ?? null)
        .map((row) => readWrite(db, row)),
    nextAfter: (now) =>
      db.prepare('SELECT min(next_at) AS at FROM queued_writes WHERE next_at > ?').get<{ at: number | null }>(now)
        ?.at ?? undefined,
    has: (operation) => db.prepare('SELECT 1 FROM queued_writes WHERE operation = ?').get(operation) !== undefined,
    count: () =>
      db
        .prepare(
          `SELECT count(*) FILTER (WHERE state <> 'gathering') AS waiting,
             count(*) FILTER (WHERE state = 'gathering') AS gathering FROM queued_writes`,
        )
        .get<{ waiting: number; gathering: number }>()!,
    markSending: (number, way, now) => {
      db.prepare(
        `UPDATE queued_writes SET state = 'sending', way = ?1, sent_at = ?2,
           first_sent_at = coalesce(first_sent_at, ?2), attempts = attempts + 1 WHERE number = ?3`,
      ).run(way, now, number);
    },
    setWay: (number, way) => {
      db.prepare('UPDATE queued_writes SET way = ? WHERE number = ?').run(way, number);
    },
    save: (number, rows, { nextAt, apiCalls }) =>
      db.transaction(() => {
        db.prepare(
          "UPDATE queued_writes SET state = 'waiting', next_at = ?, api_calls = api_calls + ? WHERE number = ?",
        ).run(nextAt, apiCalls, number);
        const update = db.prepare(
          'UPDATE queued_write_rows SET outcome = ?, settled = ? WHERE write = ? AND position = ?',
        );
        for (const [position, { outcome, settled }] of rows.entries())
          update.run(outcome ? JSON.stringify(outcome) : null, settled, number, position);
      }),
    renewKey: (number, head) => {
      const renewed = { ...head, idempotencyKey: onDemand.crypto.randomUUID() };
      db.prepare('UPDATE queued_writes SET head = ? WHERE number = ?').run(JSON.stringify(renewed), number);
    },
    postpone: (number, nextAt, attempts) => {
      db.prepare(
        "UPDATE queued_writes SET state = 'waiting', next_at = ?, attempts = coalesce(?, attempts) WHERE number = ?",
      ).run(nextAt, attempts ?? null, number);
    },
    shift: (byMs) => {
      db.prepare(
        `UPDATE queued_writes SET created_at = created_at + ?1, deadline_at = deadline_at + ?1, next_at = next_at + ?1,
           first_sent_at = first_sent_at + ?1, sent_at = sent_at + ?1`,
      ).run(Math.round(byMs));
    },
    remove: (number) => {
      db.prepare('DELETE FROM queued_writes WHERE number = ?').run(number);
    },
    interrupted: () =>
      db
        .prepare(`SELECT ${columns} FROM queued_writes WHERE state = 'sending' ORDER BY number`)
        .all<WriteRow>()
        .map((row) => readWrite(db, row) as QueuedWrite),
  };
}

const hourMs = 3_600_000;

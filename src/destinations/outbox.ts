import { AmpError } from '../errors/amp-error.ts';
import { timeOrderedId } from '../platform/ids.ts';
import type { Database } from '../store/database.ts';
import type { Backlog, BacklogFilter, Outbox, OutboxMessage } from './destination.ts';
import { freshBodiesOf } from './fresh-bodies.ts';

/** `msg_…`: time-ordered base 62 without a dot, which would break the signed content (Standard Webhooks, "id"). */
export function newMessageId(now: number): string {
  return timeOrderedId('msg', now);
}

/**
 * The outbox of one project. `now` stamps what is added (epoch milliseconds). `add` joins the caller's transaction, so
 * messages commit together with the cursor they belong to, or not at all.
 */
export function createOutbox(db: Database, now: () => number = Date.now): Outbox {
  return {
    add: (messages) => db.transaction(() => addMessages(db, messages, now())),
    backlog: (filter) => countBacklog(db, filter ?? {}),
  };
}

function addMessages(db: Database, messages: readonly OutboxMessage[], now: number): void {
  const destinationIds = new Map<string, string>();
  const insertRow = db.prepare(
    `INSERT INTO outbox (id, destination_id, order_key, overlap, topic, operation_id, records, bytes, created_at, download_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertBody = db.prepare('INSERT INTO outbox_bodies (seq, body) VALUES (?, ?)');
  const added: { seq: number; body: Uint8Array }[] = [];
  for (const message of messages) {
    let destinationId = destinationIds.get(message.destination);
    if (destinationId === undefined) {
      destinationId = findDestinationId(db, message.destination);
      destinationIds.set(message.destination, destinationId);
    }
    const { lastInsertRowid } = insertRow.run(
      message.id,
      destinationId,
      message.orderKey,
      message.overlap ?? null,
      message.topic,
      message.operationId ?? null,
      message.records,
      message.body.byteLength,
      now,
      message.download?.id ?? null,
    );
    insertBody.run(lastInsertRowid, message.body);
    added.push({ seq: Number(lastInsertRowid), body: message.body });
    if (message.download) {
      db.prepare('INSERT INTO downloads (id, seq, content) VALUES (?, ?, ?)').run(
        message.download.id,
        lastInsertRowid,
        message.download.content,
      );
    }
  }
  const fresh = freshBodiesOf(db);
  if (fresh) db.joinTransaction({ committed: () => fresh.add(added) });
}

function findDestinationId(db: Database, name: string): string {
  const row = db.prepare('SELECT id FROM destinations WHERE name = ?').get<{ id: string }>(name);
  if (row) return row.id;
  throw new AmpError({ code: 'destination-not-found', message: `There is no destination named "${name}".` });
}

function countBacklog(db: Database, filter: BacklogFilter): Backlog {
  const { where, values } = backlogConditions(filter);
  const rows = db
    .prepare(`SELECT state, count(*) AS count, min(created_at) AS oldest FROM outbox WHERE ${where} GROUP BY state`)
    .all<{ state: 'pending' | 'delivered' | 'dead'; count: number; oldest: number }>(...values);
  const backlog: Backlog = { pending: 0, delivered: 0, dead: 0 };
  for (const row of rows) {
    backlog[row.state] = row.count;
    if (row.state === 'pending') backlog.oldestAt = row.oldest;
  }
  return backlog;
}

/** The filter as SQL on `outbox`. */
export function backlogConditions(filter: BacklogFilter): { where: string; values: string[] } {
  const conditions = ['true'];
  const values: string[] = [];
  if (filter.destination !== undefined) {
    conditions.push('destination_id = (SELECT id FROM destinations WHERE name = ?)');
    values.push(filter.destination);
  }
  if (filter.operationId !== undefined) {
    conditions.push('operation_id = ?');
    values.push(filter.operationId);
  }
  if (filter.ids !== undefined) {
    conditions.push('outbox.id IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(filter.ids));
  }
  return { where: conditions.join(' AND '), values };
}

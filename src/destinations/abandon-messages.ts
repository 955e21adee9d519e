import type { Database } from '../store/database.ts';

/** Ends what still waits in the outbox for an installation: it is kept as dead with the reason. Answers how many. */
export function abandonMessages(db: Database, installationId: string, reason: string, now: number): number {
  // Events have no operation: their envelope says whose they are, before anything of a record.
  const own = `"installationId":${JSON.stringify(installationId)}`;
  const waiting = `state = 'pending' AND (
    operation_id IN (SELECT id FROM operations WHERE installation_id = ?1)
    OR topic = 'subscribe' AND operation_id IS NULL AND EXISTS (
      SELECT 1 FROM outbox_bodies AS b WHERE b.seq = outbox.seq AND instr(CAST(substr(b.body, 1, ${envelopeBytes}) AS TEXT), ?2) > 0))`;
  return db.transaction(() => {
    // Running senders notice the change and read the outbox again.
    db.prepare(
      `UPDATE destinations SET updated_at = max(updated_at + 1, ?3)
       WHERE id IN (SELECT destination_id FROM outbox WHERE ${waiting})`,
    ).run(installationId, own, now);
    return db
      .prepare(`UPDATE outbox SET state = 'dead', ended_at = ?3, last_error = ?4 WHERE ${waiting}`)
      .run(installationId, own, now, reason).changes;
  });
}

/** More than the ids and names of an envelope take. */
const envelopeBytes = 16_384;

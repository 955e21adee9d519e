import type { Database } from '../store/database.ts';

/** Ends what still waits in the outbox for an installation: it is kept as dead with the reason. Answers how many. */
export function abandonMessages(db: Database, installationId: string, reason: string, now: number): number {
  const waiting = "state = 'pending' AND operation_id IN (SELECT id FROM operations WHERE installation_id = ?)";
  return db.transaction(() => {
    // Running senders notice the change and read the outbox again.
    db.prepare(
      `UPDATE destinations SET updated_at = max(updated_at + 1, ?)
       WHERE id IN (SELECT destination_id FROM outbox WHERE ${waiting})`,
    ).run(now, installationId);
    return db
      .prepare(`UPDATE outbox SET state = 'dead', ended_at = ?, last_error = ? WHERE ${waiting}`)
      .run(now, reason, installationId).changes;
  });
}

import type { Database } from '../store/database.ts';

/** Ends what still waits in the outbox for an installation: it is kept as dead with the reason. Answers how many. */
export function abandonMessages(db: Database, installationId: string, reason: string, now: number): number {
  return db
    .prepare(
      `UPDATE outbox SET state = 'dead', ended_at = ?, last_error = ?
       WHERE state = 'pending' AND operation_id IN (SELECT id FROM operations WHERE installation_id = ?)`,
    )
    .run(now, reason, installationId).changes;
}

import type { Database } from '../../store/database.ts';

/**
 * The five-day rule (Svix "Disabling failing endpoints"): once two failures lie between 12 and 24 hours apart with no success
 * between them, a clock starts; when nothing has succeeded for five days after that, the destination is to be disabled. Any
 * success, and enabling the destination by hand, starts over.
 */
export function recordFailure(db: Database, destinationId: string, at: number): 'keep' | 'disable' {
  const row = db
    .prepare(
      `SELECT failing_since, max(failures_count_from, coalesce(last_success_at, 0)) AS count_from
       FROM destinations WHERE id = ? AND state = 'enabled'`,
    )
    .get<{ failing_since: number | null; count_from: number }>(destinationId);
  if (!row) return 'keep';
  if (row.failing_since !== null) return at - row.failing_since >= 5 * dayMs ? 'disable' : 'keep';
  const earlier = db
    .prepare('SELECT 1 FROM delivery_failures WHERE destination_id = ? AND at BETWEEN ? AND ? LIMIT 1')
    .get(destinationId, Math.max(row.count_from, at - dayMs), at - dayMs / 2);
  if (earlier) db.prepare('UPDATE destinations SET failing_since = ? WHERE id = ?').run(at, destinationId);
  return 'keep';
}

export function recordSuccess(db: Database, destinationId: string, at: number): void {
  db.prepare('UPDATE destinations SET last_success_at = ?, failing_since = NULL WHERE id = ?').run(at, destinationId);
}

const dayMs = 24 * 3600 * 1000;

import type { Database } from '../store/database.ts';
import type { OperationStatus } from './operation-log.ts';

/**
 * Keeps how the thing (action, object, group, org) of an operation that has just ended now stands; see migration 100 for the
 * rules. In the transaction that ends it.
 */
export function noteOutcome(db: Database, number: number, status: OperationStatus): void {
  const isSuccess = status === 'success';
  // Not an upsert from a SELECT: that keeps a copy of every page for taking itself back.
  const { changes } = db.prepare(isSuccess ? worked : failed).run(number);
  if (changes === 0) db.prepare(isSuccess ? workedFirst : failedFirst).run(number);
}

const thing = "ifnull(group_ref, ''), ifnull(object, ''), action, ifnull(org, '')";
const sameThing = `(group_ref, object, action, org) = (SELECT ${thing} FROM operations WHERE number = ?1)`;

const worked = `UPDATE outcomes SET latest = ?1, failures = 0, failing_since = NULL, worked = max(ifnull(worked, 0), ?1),
    worked_at = (SELECT ended_at FROM operations WHERE number = ?1)
  WHERE ${sameThing}`;

const failed = `UPDATE outcomes SET latest = max(latest, ?1), failures = failures + 1,
    failing_since = ifnull(failing_since, (SELECT created_at FROM operations WHERE number = ?1))
  WHERE ${sameThing} AND (worked IS NULL OR worked < ?1)`;

const workedFirst = `INSERT INTO outcomes (group_ref, object, action, org, latest, failures, worked, worked_at)
  SELECT ${thing}, number, 0, number, ended_at FROM operations WHERE number = ?1 ON CONFLICT DO NOTHING`;

const failedFirst = `INSERT INTO outcomes (group_ref, object, action, org, latest, failures, failing_since)
  SELECT ${thing}, number, 1, created_at FROM operations WHERE number = ?1 ON CONFLICT DO NOTHING`;

import type { Database } from '../store/database.ts';
import { firstNumberSince } from './find-operations.ts';
import type { ActionType, OperationStatus } from './operation-log.ts';

/** What an installation did lately, counted where it is stored. */
export interface RecentOperations {
  /** Of those that started at `since` or later. */
  ended: number;
  failed: number;
  /** Records of all of them, running ones included. */
  records: number;
  /** Of the newest that has ended. */
  lastStatus?: OperationStatus;
}

/** `since`: milliseconds since the epoch. */
export function countRecentOperations(
  db: Database,
  { groupRef, installationId, since }: { groupRef: string; installationId: string; since: number },
): RecentOperations {
  const row = db
    .prepare(
      `SELECT count(*) FILTER (WHERE status <> 'in_progress') AS ended, count(*) FILTER (WHERE status = 'failure') AS failed,
         coalesce(sum(json_extract(counts, '$.records')), 0) AS records,
         max(number) FILTER (WHERE status <> 'in_progress') AS last
       FROM operations INDEXED BY operations_by_group
       WHERE group_ref = ? AND number >= ? AND created_at >= ? AND installation_id = ?`,
    )
    .get<{ ended: number; failed: number; records: number; last: number | null }>(
      groupRef,
      firstNumberSince(db, since),
      since,
      installationId,
    )!;
  const last =
    row.last === null
      ? undefined
      : db.prepare('SELECT status FROM operations WHERE number = ?').get<{ status: OperationStatus }>(row.last);
  return {
    ended: row.ended,
    failed: row.failed,
    records: row.records,
    ...(last ? { lastStatus: last.status } : {}),
  };
}

/** Whether the thing has worked in any org as far back as the log goes: else there is no success to look for. */
export function hasEverWorked(db: Database, thing: { groupRef: string; object: string; action: ActionType }): boolean {
  return (
    db
      .prepare(
        'SELECT 1 FROM outcomes WHERE group_ref = ? AND object = ? AND action = ? AND worked IS NOT NULL LIMIT 1',
      )
      .get(thing.groupRef, thing.object, thing.action) !== undefined
  );
}

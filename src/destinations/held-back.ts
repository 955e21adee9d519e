import type { Database } from '../store/database.ts';
import type { BacklogFilter } from './destination.ts';
import { backlogConditions } from './outbox.ts';

/** Disabled destinations that keep messages of the filter, with the reason where one is known. */
export function findHeldBack(db: Database, filter: BacklogFilter): { name: string; reason: string | undefined }[] {
  const { where, values } = backlogConditions(filter);
  return db
    .prepare(
      `SELECT DISTINCT destinations.name, disabled_reason AS reason
       FROM outbox JOIN destinations ON destinations.id = outbox.destination_id
       WHERE outbox.state = 'pending' AND destinations.state = 'disabled' AND ${where} ORDER BY destinations.name`,
    )
    .all<{ name: string; reason: string | null }>(...values)
    .map(({ name, reason }) => ({ name, reason: reason ?? undefined }));
}

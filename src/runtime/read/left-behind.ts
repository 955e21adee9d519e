import type { OperationHandle, OperationLog } from '../../operations/operation-log.ts';
import type { Database } from '../../store/database.ts';
import type { ReadStore } from './read-store.ts';

/**
 * Ends reads of the same kind that were set aside and are not gone on with: after a deploy or another choice of the customer
 * their rows are read by another query, and this one has just done so. In the transaction that ends it.
 */
export function endLeftBehind(
  { db, log, store }: { db: Database; log: OperationLog; store: ReadStore },
  operation: Pick<OperationHandle, 'id'>,
  read: { installationId: string; object: string; readType: string },
): void {
  const left = db
    .prepare(
      `SELECT id FROM operations WHERE status = 'in_progress' AND process IS NULL AND action = 'read'
         AND installation_id = ? AND object = ? AND id <> ? AND json_extract(metadata, '$.setAside')
         AND json_extract(metadata, '$.readType') = ?`,
    )
    .all<{ id: string }>(read.installationId, read.object, operation.id, read.readType);
  for (const { id } of left) {
    const run = store.findByOperation(id);
    if (run?.state === 'unfinished') store.end(run.id, 'abandoned');
    log.reopen(id)?.succeed(`Set aside; ${operation.id} read what was left.`);
  }
}

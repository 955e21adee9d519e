import type { Database } from '../store/database.ts';

/** The connection an installation reads through, as notifications name it; undefined when there is no such installation. */
export function findConnectionId(db: Database, installationId: string): string | undefined {
  return db.prepare('SELECT org_id AS id FROM installations WHERE id = ?').get<{ id: string }>(installationId)?.id;
}

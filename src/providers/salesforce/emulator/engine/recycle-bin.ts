import type { Database } from '../../../../store/database.ts';
import { quoteName } from '../schema/columns.ts';
import type { Schema } from '../schema/org-schema.ts';

export const recycleBinMs = 15 * 86_400_000;

/** What was deleted when: rows still in the bin, and the memory of purged ones that getDeleted needs. `root` was deleted by name. */
export function createDeletedTable(db: Database): void {
  db.exec(
    `CREATE TABLE IF NOT EXISTS _deleted (sequence INTEGER PRIMARY KEY, object TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
       root TEXT NOT NULL, at INTEGER NOT NULL, purged INTEGER NOT NULL);
     CREATE INDEX IF NOT EXISTS _deleted_at ON _deleted (object, at);
     CREATE INDEX IF NOT EXISTS _deleted_root ON _deleted (root);
     CREATE INDEX IF NOT EXISTS _deleted_waiting ON _deleted (purged, at);`,
  );
}

/** Takes rows out of the bin for good. Runs inside a transaction. */
export function purgeDeletedBefore(db: Database, schema: Schema, before: number): void {
  const old = db
    .prepare('SELECT sequence, object, id FROM _deleted WHERE purged = 0 AND at < ?')
    .all<{ sequence: number; object: string; id: string }>(before);
  for (const { sequence, object, id } of old) {
    const definition = schema.find(object);
    if (definition) db.prepare(`DELETE FROM ${quoteName(definition.name)} WHERE "Id" = ? AND "IsDeleted" = 1`).run(id);
    db.prepare('UPDATE _deleted SET purged = 1 WHERE sequence = ?').run(sequence);
  }
}

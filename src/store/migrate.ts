import { AmpError } from '../errors/amp-error.ts';
import type { Database } from './database.ts';

export interface Migration {
  /** Ascending, unique; recorded in the file. */
  version: number;
  name: string;
  sql: string;
}

/** Brings a state file to the newest version, one transaction a step. Throws `store-newer` for a file of a later amp. */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT',
  );
  const ordered = [...migrations].sort((a, b) => a.version - b.version);
  const known = new Set(ordered.map((migration) => migration.version));
  const applied = () =>
    db
      .prepare('SELECT version FROM migrations')
      .all<{ version: number }>()
      .map((row) => row.version);
  for (const version of applied()) {
    if (known.has(version)) continue;
    throw new AmpError({ code: 'store-newer', message: `${db.path} was written by a newer amp (step ${version}).` });
  }
  if (applied().length === ordered.length) return;
  db.transaction(() => {
    // Read again inside the transaction: another process may have migrated meanwhile.
    const done = new Set(applied());
    for (const migration of ordered) {
      if (done.has(migration.version)) continue;
      db.exec(migration.sql);
      db.prepare("INSERT INTO migrations VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))").run(
        migration.version,
        migration.name,
      );
    }
  });
}

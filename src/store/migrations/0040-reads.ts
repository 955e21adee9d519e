import type { Migration } from '../migrate.ts';

export const readsMigration: Migration = {
  version: 40,
  name: 'reads',
  sql: `
    -- Unfinished and finished reads that can be gone on with: one row from the first operation to the last.
    CREATE TABLE read_runs (
      id TEXT PRIMARY KEY,
      operation_id TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('unfinished', 'done', 'abandoned')),
      request TEXT NOT NULL,
      checkpoint TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX read_runs_unfinished ON read_runs (fingerprint) WHERE state = 'unfinished';
    CREATE INDEX read_runs_by_operation ON read_runs (operation_id);

    -- Up to where scheduled reads have delivered, on the org's clock.
    CREATE TABLE watermarks (
      scope TEXT NOT NULL,
      object TEXT NOT NULL,
      column_name TEXT NOT NULL,
      stamp_ms INTEGER NOT NULL,
      operation_id TEXT,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (scope, object)
    ) STRICT, WITHOUT ROWID;

    -- Versions delivered inside the overlap, so that reading it again delivers them once.
    CREATE TABLE read_seen (
      scope TEXT NOT NULL,
      object TEXT NOT NULL,
      record_id TEXT NOT NULL,
      deleted INTEGER NOT NULL,
      stamp_ms INTEGER NOT NULL,
      PRIMARY KEY (scope, object, record_id, deleted)
    ) STRICT, WITHOUT ROWID;
  `,
};

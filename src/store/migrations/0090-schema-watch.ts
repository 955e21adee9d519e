import type { Migration } from '../migrate.ts';

/** How the objects of each installation look in its org: since when drift is counted, and what receivers know of. */
export const schemaWatchMigration: Migration = {
  version: 90,
  name: 'schema-watch',
  sql: `
    -- Mostly the same from look to look, so each state is kept once.
    CREATE TABLE schema_states (
      -- SHA-256 of the fields as JSON.
      id TEXT PRIMARY KEY,
      -- The same JSON, deflated.
      fields BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE schema_watches (
      -- Installation, or org:<id>.
      scope TEXT NOT NULL,
      -- Lower case.
      object TEXT NOT NULL,
      -- OrgRecord.id: another user or org shows other fields, so a new one begins anew.
      org TEXT NOT NULL,
      -- Drift is counted from here.
      baseline TEXT NOT NULL REFERENCES schema_states (id),
      baseline_at INTEGER NOT NULL,
      -- What the messages so far have told; null until the watch has run.
      told TEXT REFERENCES schema_states (id),
      told_at INTEGER,
      latest TEXT NOT NULL REFERENCES schema_states (id),
      checked_at INTEGER NOT NULL,
      -- JSON: field → deleted | hidden, for fields that went and whose fate the org told.
      fates TEXT NOT NULL,
      PRIMARY KEY (scope, object)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX schema_watches_by_baseline ON schema_watches (baseline);
    CREATE INDEX schema_watches_by_told ON schema_watches (told);
    CREATE INDEX schema_watches_by_latest ON schema_watches (latest);

    -- A state goes with the last that refers to it.
    CREATE TRIGGER schema_states_after_update AFTER UPDATE ON schema_watches BEGIN
      DELETE FROM schema_states WHERE id IN (OLD.baseline, OLD.told, OLD.latest)
        AND NOT EXISTS (SELECT 1 FROM schema_watches WHERE baseline = schema_states.id)
        AND NOT EXISTS (SELECT 1 FROM schema_watches WHERE told = schema_states.id)
        AND NOT EXISTS (SELECT 1 FROM schema_watches WHERE latest = schema_states.id);
    END;
    CREATE TRIGGER schema_states_after_delete AFTER DELETE ON schema_watches BEGIN
      DELETE FROM schema_states WHERE id IN (OLD.baseline, OLD.told, OLD.latest)
        AND NOT EXISTS (SELECT 1 FROM schema_watches WHERE baseline = schema_states.id)
        AND NOT EXISTS (SELECT 1 FROM schema_watches WHERE told = schema_states.id)
        AND NOT EXISTS (SELECT 1 FROM schema_watches WHERE latest = schema_states.id);
    END;
    CREATE TRIGGER schema_watches_after_uninstall AFTER DELETE ON installations BEGIN
      DELETE FROM schema_watches WHERE scope = OLD.id;
    END;
  `,
};

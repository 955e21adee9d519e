import type { Migration } from '../migrate.ts';

/** `amp run`: who runs, what it has read up to which tick, and what it holds back. Times in epoch milliseconds. */
export const runtimeMigration: Migration = {
  version: 80,
  name: 'runtime',
  sql: `
    CREATE TABLE runner (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      pid INTEGER NOT NULL,
      host TEXT NOT NULL,
      version TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      seen_at INTEGER NOT NULL
    ) STRICT;

    -- One row for each object that an installation reads by itself.
    CREATE TABLE scheduled_reads (
      installation_id TEXT NOT NULL,
      object TEXT NOT NULL,
      -- The last tick of the schedule that a run has served: later ones are due.
      served_to INTEGER NOT NULL,
      -- none, pending or done
      backfill TEXT NOT NULL,
      -- Failed runs in a row, and before when not to try again.
      failures INTEGER NOT NULL DEFAULT 0,
      not_before INTEGER NOT NULL DEFAULT 0,
      last_error TEXT,
      -- Set while the runtime itself has paused the object.
      paused_at INTEGER,
      PRIMARY KEY (installation_id, object)
    ) STRICT, WITHOUT ROWID;

    -- Orgs whose scheduled reads wait: the share of API calls is used up, or the org asked for a pause.
    CREATE TABLE org_holds (
      org TEXT PRIMARY KEY,
      reason TEXT NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- From when on a subscription delivers: an event stream begins with what the org still keeps.
    CREATE TABLE subscription_starts (
      scope TEXT NOT NULL,
      channel TEXT NOT NULL,
      since INTEGER NOT NULL,
      PRIMARY KEY (scope, channel)
    ) STRICT, WITHOUT ROWID;
  `,
};

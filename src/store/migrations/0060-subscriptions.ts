import type { Migration } from '../migrate.ts';

/** Where each subscription stands, and what it has handed on lately (to drop repeats). */
export const subscriptionsMigration: Migration = {
  version: 60,
  name: 'subscriptions',
  sql: `
    CREATE TABLE stream_positions (
      scope TEXT NOT NULL,
      channel TEXT NOT NULL,
      replay_id TEXT NOT NULL,
      -- Commit time of the last event before the position, milliseconds on the org's clock: where healing begins.
      committed_at INTEGER NOT NULL,
      saved_at INTEGER NOT NULL,
      PRIMARY KEY (scope, channel)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE stream_seen (
      scope TEXT NOT NULL,
      event_key TEXT NOT NULL,
      seen_at INTEGER NOT NULL,
      PRIMARY KEY (scope, event_key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX stream_seen_by_age ON stream_seen (seen_at);

    -- A hole being closed: how far its reading came, so that a kill does not begin it again.
    CREATE TABLE stream_heals (
      scope TEXT NOT NULL,
      channel TEXT NOT NULL,
      -- The event or position that made it: its own progress counts, another hole's does not.
      cause TEXT NOT NULL,
      from_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      deleted_at INTEGER NOT NULL,
      PRIMARY KEY (scope, channel)
    ) STRICT, WITHOUT ROWID;
  `,
};

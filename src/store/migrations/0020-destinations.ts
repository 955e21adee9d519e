import type { Migration } from '../migrate.ts';

/** Destinations, the outbox with its bodies, failed attempts and what is offered for download. Times are epoch milliseconds. */
export const destinationsMigration: Migration = {
  version: 20,
  name: 'destinations',
  sql: `
    CREATE TABLE destinations (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL CHECK (kind IN ('webhook', 'file', 'stdout')),
      settings TEXT NOT NULL,
      state TEXT NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled')),
      disabled_reason TEXT,
      -- The five-day rule (failure-clock.ts): failures before this moment no longer count.
      failures_count_from INTEGER NOT NULL DEFAULT 0,
      failing_since INTEGER,
      last_success_at INTEGER,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE outbox (
      -- Never reused: the sender walks the outbox by it.
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      destination_id TEXT NOT NULL REFERENCES destinations (id) ON DELETE CASCADE,
      order_key TEXT NOT NULL,
      overlap TEXT,
      topic TEXT NOT NULL,
      operation_id TEXT,
      records INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
      attempts INTEGER NOT NULL DEFAULT 0,
      replays INTEGER NOT NULL DEFAULT 0,
      next_attempt_at INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      ended_at INTEGER,
      last_status INTEGER,
      last_error TEXT,
      download_id TEXT
    ) STRICT;
    CREATE INDEX outbox_pending ON outbox (destination_id, seq) WHERE state = 'pending';
    CREATE INDEX outbox_lane ON outbox (destination_id, order_key, seq) WHERE state = 'pending';
    CREATE INDEX outbox_ended ON outbox (destination_id, state, ended_at) WHERE state <> 'pending';
    CREATE INDEX outbox_operation ON outbox (operation_id, state) WHERE operation_id IS NOT NULL;

    -- Apart from the rows, so that walking the outbox never reads a body.
    CREATE TABLE outbox_bodies (
      seq INTEGER PRIMARY KEY REFERENCES outbox (seq) ON DELETE CASCADE,
      body BLOB NOT NULL
    ) STRICT;

    CREATE TABLE delivery_failures (
      id INTEGER PRIMARY KEY,
      destination_id TEXT NOT NULL REFERENCES destinations (id) ON DELETE CASCADE,
      message_id TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      at INTEGER NOT NULL,
      status INTEGER,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX delivery_failures_time ON delivery_failures (destination_id, at);
    CREATE INDEX delivery_failures_message ON delivery_failures (message_id, attempt);

    CREATE TABLE downloads (
      id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL REFERENCES outbox (seq) ON DELETE CASCADE,
      content BLOB NOT NULL,
      -- The address last sent, and until when it is good.
      url TEXT,
      expires_at INTEGER
    ) STRICT;
    CREATE INDEX downloads_message ON downloads (seq);
  `,
};

import type { Migration } from '../migrate.ts';

/**
 * Asynchronous writes until they have ended. `head` is the prepared write without its rows; absent while only the `request`
 * is known, because the org could not be asked for its schema yet. `sent_at` is the start of the latest call (under way in
 * state `sending`), so that a killed process leaves behind that an answer is missing. `target` names the record a row
 * changes: a later write of the same record waits for the earlier one.
 */
export const writeQueueMigration: Migration = {
  version: 85,
  name: 'write-queue',
  sql: `
    CREATE TABLE queued_writes (
      number INTEGER PRIMARY KEY,
      operation TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL CHECK (state IN ('gathering', 'waiting', 'sending')),
      org TEXT NOT NULL,
      installation_id TEXT,
      object_name TEXT NOT NULL,
      request TEXT,
      head TEXT,
      way TEXT NOT NULL,
      -- Single records that may share a call; NULL: nobody joins.
      gather_key TEXT,
      retry_hours INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      -- NULL while gathering.
      deadline_at INTEGER,
      next_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      api_calls INTEGER NOT NULL DEFAULT 0,
      first_sent_at INTEGER,
      sent_at INTEGER,
      CHECK ((request IS NULL) <> (head IS NULL))
    ) STRICT;
    CREATE INDEX queued_writes_due ON queued_writes (next_at);
    CREATE INDEX queued_writes_gathering ON queued_writes (gather_key) WHERE state = 'gathering';
    CREATE INDEX queued_writes_unprepared ON queued_writes (org, object_name, number) WHERE request IS NOT NULL;

    CREATE TABLE queued_write_rows (
      write INTEGER NOT NULL REFERENCES queued_writes (number) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      target TEXT,
      row TEXT NOT NULL,
      outcome TEXT,
      settled INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (write, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX queued_write_rows_target ON queued_write_rows (target) WHERE target IS NOT NULL;
  `,
};

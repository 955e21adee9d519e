import type { Migration } from '../migrate.ts';

/**
 * Operations and their log lines, laid out for a million of the former and ten million of the latter.
 *
 * - `number` is dense and grows with time, so it orders pages and stands in every index; ids are for people.
 * - Each filter has an index that an operation enters when it starts and never leaves. What failed, the needle in the hay,
 *   has indexes of its own: a success, the common end, touches none but that of the open ones.
 * - Lines get their id at commit, so `id > last seen` is all that following needs. No index on their time: ids grow with it.
 * - `source` of a line is an operation's number, or minus a stream's: subscribe events have a log but no operation.
 * - The trigger holds what the state machine promises: an operation ends once.
 */
export const operationsMigration: Migration = {
  version: 30,
  name: 'operations',
  sql: `
CREATE TABLE operations (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  parent_id TEXT,
  action TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('in_progress', 'success', 'failure', 'unknown')),
  object TEXT COLLATE NOCASE,
  project_id TEXT,
  integration TEXT,
  installation_id TEXT,
  config_id TEXT,
  group_ref TEXT,
  org TEXT,
  revision INTEGER,
  started_by TEXT NOT NULL,
  process TEXT,
  result TEXT,
  error TEXT,
  counts TEXT NOT NULL DEFAULT '{}',
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX operations_by_action ON operations (action);
CREATE INDEX operations_by_object ON operations (object) WHERE object IS NOT NULL;
CREATE INDEX operations_by_group ON operations (group_ref) WHERE group_ref IS NOT NULL;
CREATE INDEX operations_open ON operations (number) WHERE status = 'in_progress';
CREATE INDEX operations_problems ON operations (status) WHERE status IN ('failure', 'unknown');
CREATE INDEX operations_problems_by_action ON operations (action, status) WHERE status IN ('failure', 'unknown');
CREATE INDEX operations_problems_by_object ON operations (object, status) WHERE status IN ('failure', 'unknown');
CREATE INDEX operations_problems_by_group ON operations (group_ref, status) WHERE status IN ('failure', 'unknown');
CREATE INDEX operations_by_parent ON operations (parent_id) WHERE parent_id IS NOT NULL;
CREATE TRIGGER operation_ends_once BEFORE UPDATE OF status ON operations
WHEN OLD.status <> 'in_progress' AND NEW.status <> OLD.status
BEGIN SELECT RAISE(ABORT, 'an operation ends once'); END;

CREATE TABLE log_streams (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  action TEXT NOT NULL,
  object TEXT COLLATE NOCASE,
  integration TEXT,
  installation_id TEXT,
  group_ref TEXT,
  org TEXT
) STRICT;

CREATE TABLE log_lines (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  at INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  message TEXT NOT NULL,
  details TEXT
) STRICT;
CREATE INDEX log_lines_by_source ON log_lines (source);
CREATE INDEX log_lines_problems ON log_lines (id) WHERE severity >= 30;
CREATE INDEX log_lines_problems_by_source ON log_lines (source) WHERE severity >= 30;
`,
};

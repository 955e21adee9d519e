import type { Migration } from '../migrate.ts';

/** What is deployed here and to whom. `deployment` has one row: the compare-and-set of every deploy goes through it. */
export const deployMigration: Migration = {
  version: 10,
  name: 'deploy',
  sql: `
CREATE TABLE revisions (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  content_hash TEXT NOT NULL,
  source TEXT NOT NULL,
  manifest TEXT NOT NULL,
  changes TEXT NOT NULL,
  author TEXT NOT NULL,
  message TEXT,
  rollback_of INTEGER REFERENCES revisions(number),
  created_at TEXT NOT NULL
) STRICT;
CREATE TRIGGER revisions_are_immutable BEFORE UPDATE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions are immutable'); END;
CREATE TRIGGER revisions_are_kept BEFORE DELETE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions are kept'); END;

CREATE TABLE deployment (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  lineage TEXT NOT NULL,
  serial INTEGER NOT NULL,
  revision INTEGER REFERENCES revisions(number)
) STRICT;
INSERT INTO deployment VALUES (1, 'lin_' || lower(hex(randomblob(12))), 0, NULL);

CREATE TABLE installations (
  id TEXT PRIMARY KEY,
  integration TEXT NOT NULL,
  group_ref TEXT NOT NULL,
  group_name TEXT NOT NULL,
  consumer_ref TEXT,
  consumer_name TEXT,
  org_id TEXT NOT NULL,
  config TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'paused', 'action_needed', 'needs_reauth')),
  status_reason TEXT,
  paused_objects TEXT NOT NULL,
  kept_objects TEXT NOT NULL,
  revision INTEGER NOT NULL REFERENCES revisions(number),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (group_ref, integration)
) STRICT;
CREATE INDEX installations_by_org ON installations (org_id);
`,
};

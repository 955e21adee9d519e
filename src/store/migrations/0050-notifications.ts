import type { Migration } from '../migrate.ts';

/**
 * Where notifications go (type → topic → destination), which incidents are open, and what was said. Times are epoch
 * milliseconds. Destinations are named, not referenced: a route outlives a destination that is made anew.
 */
export const notificationsMigration: Migration = {
  version: 50,
  name: 'notifications',
  sql: `
CREATE TABLE notification_routes (
  type TEXT NOT NULL,
  topic TEXT NOT NULL,
  PRIMARY KEY (type, topic)
) STRICT, WITHOUT ROWID;
CREATE TABLE notification_topics (
  topic TEXT NOT NULL,
  destination TEXT NOT NULL,
  PRIMARY KEY (topic, destination)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_incidents (
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  object TEXT NOT NULL DEFAULT '',
  opened_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  summary TEXT NOT NULL,
  PRIMARY KEY (type, subject, object)
) STRICT, WITHOUT ROWID;

CREATE TABLE notifications (
  number INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  summary TEXT NOT NULL,
  messages TEXT NOT NULL
) STRICT;
`,
};

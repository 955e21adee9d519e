import type { Migration } from '../migrate.ts';

/** Old repeats are forgotten once a start, and looked for with every event: the index cost more than it saved. */
export const streamSeenMigration: Migration = {
  version: 95,
  name: 'stream seen',
  sql: 'DROP INDEX stream_seen_by_age;',
};

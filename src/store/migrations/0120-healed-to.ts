import type { Migration } from '../migrate.ts';

/** A position that was refused and made good stays refused until an event replaces it: what was read then is not read again. */
export const healedToMigration: Migration = {
  version: 120,
  name: 'healed to',
  // Milliseconds on the org's clock.
  sql: 'ALTER TABLE stream_positions ADD COLUMN healed_to INTEGER;',
};

import type { Migration } from '../migrate.ts';

/**
 * Kinds are checked by the code that adds them. A column of its own takes the place of the one whose check named three kinds:
 * making the table anew would take its messages with it (ON DELETE CASCADE).
 */
export const destinationKindsMigration: Migration = {
  version: 25,
  name: 'destination-kinds',
  sql: `
    ALTER TABLE destinations ADD COLUMN any_kind TEXT NOT NULL DEFAULT '';
    UPDATE destinations SET any_kind = kind;
    ALTER TABLE destinations DROP COLUMN kind;
    ALTER TABLE destinations RENAME COLUMN any_kind TO kind;
  `,
};

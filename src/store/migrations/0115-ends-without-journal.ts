import type { Migration } from '../migrate.ts';

/**
 * A statement with triggers that may abort keeps a copy of every page it changes, for taking itself back: a third of what the
 * end of an operation cost. So outcomes are kept by a statement of their own (operations/outcomes.ts), and what holds that an
 * operation ends once fails instead: it changes one row, before that row is changed.
 */
export const endsWithoutJournalMigration: Migration = {
  version: 115,
  name: 'ends without journal',
  sql: `
DROP TRIGGER operation_succeeds;
DROP TRIGGER operation_fails;
DROP TRIGGER operation_ends_once;
CREATE TRIGGER operation_ends_once BEFORE UPDATE OF status ON operations
WHEN OLD.status <> 'in_progress' AND NEW.status <> OLD.status
BEGIN SELECT RAISE(FAIL, 'an operation ends once'); END;
`,
};

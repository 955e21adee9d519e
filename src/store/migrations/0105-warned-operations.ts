import type { Migration } from '../migrate.ts';

/**
 * Operations that ended well and have warnings or errors in their log all the same: few, and with the failures the only ones
 * to look into for such lines of an object or a group.
 */
export const warnedOperationsMigration: Migration = {
  version: 105,
  name: 'warned operations',
  sql: `
ALTER TABLE operations ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;
UPDATE operations SET warned = 1 WHERE status = 'success'
  AND number IN (SELECT source FROM log_lines INDEXED BY log_lines_problems_by_source WHERE severity >= 30);
CREATE INDEX operations_warned_by_object ON operations (object) WHERE warned = 1;
CREATE INDEX operations_warned_by_group ON operations (group_ref) WHERE warned = 1;
`,
};

import type { Migration } from '../migrate.ts';

/**
 * How far an installation has read says nothing about another org: there it begins anew, with its backfill. Another user of the
 * same org goes on.
 */
export const readsOfAnotherOrgMigration: Migration = {
  version: 125,
  name: 'reads of another org',
  sql: `
    CREATE TRIGGER reads_after_another_org AFTER UPDATE OF org_id ON installations
    WHEN substr(OLD.org_id, 1, 18) <> substr(NEW.org_id, 1, 18) BEGIN
      DELETE FROM watermarks WHERE scope = OLD.id;
      DELETE FROM read_seen WHERE scope = OLD.id;
      DELETE FROM scheduled_reads WHERE installation_id = OLD.id;
    END;
  `,
};

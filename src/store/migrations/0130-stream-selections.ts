import type { Migration } from '../migrate.ts';

/**
 * An org that stops publishing an object's change events and begins again keeps nothing of what changed between: until when
 * each object was last seen selected, milliseconds on the org's clock, and by which members of the org's channels (ids with
 * commas between; NULL = by none). Goes with the installation, and with its org.
 */
export const streamSelectionsMigration: Migration = {
  version: 130,
  name: 'stream selections',
  sql: `
    CREATE TABLE stream_selections (
      scope TEXT NOT NULL,
      channel TEXT NOT NULL,
      members TEXT,
      selected_until INTEGER NOT NULL,
      PRIMARY KEY (scope, channel)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER selections_after_uninstall AFTER DELETE ON installations BEGIN
      DELETE FROM stream_selections WHERE scope = OLD.id;
    END;
    CREATE TRIGGER selections_after_another_org AFTER UPDATE OF org_id ON installations
    WHEN substr(OLD.org_id, 1, 18) <> substr(NEW.org_id, 1, 18) BEGIN
      DELETE FROM stream_selections WHERE scope = OLD.id;
    END;
  `,
};

import type { Migration } from '../migrate.ts';

/**
 * Positions go with the installation they belong to, and replay ids of one org mean nothing in another: there an
 * installation begins anew, with the moment it was connected.
 */
export const streamOwnersMigration: Migration = {
  version: 110,
  name: 'stream owners',
  sql: `
    CREATE TRIGGER streams_after_uninstall AFTER DELETE ON installations BEGIN
      DELETE FROM stream_positions WHERE scope IN (OLD.id, 'tail:' || OLD.id);
      DELETE FROM stream_heals WHERE scope IN (OLD.id, 'tail:' || OLD.id);
      DELETE FROM stream_seen WHERE scope IN (OLD.id, 'tail:' || OLD.id);
      DELETE FROM subscription_starts WHERE scope IN (OLD.id, 'tail:' || OLD.id);
    END;

    -- <org>:<user>: another user of the same org sees the same stream.
    CREATE TRIGGER streams_after_another_org AFTER UPDATE OF org_id ON installations
    WHEN substr(OLD.org_id, 1, 18) <> substr(NEW.org_id, 1, 18) BEGIN
      DELETE FROM stream_positions WHERE scope IN (OLD.id, 'tail:' || OLD.id);
      DELETE FROM stream_heals WHERE scope IN (OLD.id, 'tail:' || OLD.id);
      -- The stamp is of this machine's clock, the events' of the org's: five minutes of slack.
      UPDATE subscription_starts SET since = unixepoch(NEW.updated_at) * 1000 - 300000
        WHERE scope IN (OLD.id, 'tail:' || OLD.id);
    END;

    DELETE FROM stream_positions WHERE (scope LIKE 'ins\\_%' ESCAPE '\\' AND scope NOT IN (SELECT id FROM installations))
      OR (scope LIKE 'tail:ins\\_%' ESCAPE '\\' AND substr(scope, 6) NOT IN (SELECT id FROM installations));
  `,
};

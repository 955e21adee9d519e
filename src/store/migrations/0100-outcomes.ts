import type { Migration } from '../migrate.ts';

/**
 * How each thing last ended: one row for each (action, object, group, org) that ever ended, '' where it has none. What is broken
 * now is then a walk of `outcomes_failing`, however many operations there are.
 *
 * A success ends a run of failures. A failure counts unless the same thing has worked in an operation that started later: an
 * operation whose process died may be closed long after that. With the newest operation of a run the row is forgotten.
 */
export const outcomesMigration: Migration = {
  version: 100,
  name: 'outcomes',
  sql: `
CREATE TABLE outcomes (
  group_ref TEXT NOT NULL,
  object TEXT NOT NULL COLLATE NOCASE,
  action TEXT NOT NULL,
  org TEXT NOT NULL,
  latest INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failing_since INTEGER,
  worked INTEGER,
  worked_at INTEGER,
  PRIMARY KEY (group_ref, object, action, org)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcomes_failing ON outcomes (latest) WHERE failures > 0;

CREATE TRIGGER operation_succeeds AFTER UPDATE OF status ON operations
WHEN NEW.status = 'success' AND OLD.status = 'in_progress'
BEGIN
  INSERT INTO outcomes (group_ref, object, action, org, latest, failures, worked, worked_at)
  VALUES (ifnull(NEW.group_ref, ''), ifnull(NEW.object, ''), NEW.action, ifnull(NEW.org, ''), NEW.number, 0, NEW.number, NEW.ended_at)
  ON CONFLICT DO UPDATE SET
    latest = excluded.latest, failures = 0, failing_since = NULL,
    worked = max(ifnull(worked, 0), excluded.worked), worked_at = excluded.worked_at;
END;
CREATE TRIGGER operation_fails AFTER UPDATE OF status ON operations
WHEN NEW.status IN ('failure', 'unknown') AND OLD.status = 'in_progress'
BEGIN
  INSERT INTO outcomes (group_ref, object, action, org, latest, failures, failing_since)
  VALUES (ifnull(NEW.group_ref, ''), ifnull(NEW.object, ''), NEW.action, ifnull(NEW.org, ''), NEW.number, 1, NEW.created_at)
  ON CONFLICT DO UPDATE SET
    latest = max(latest, excluded.latest), failures = failures + 1, failing_since = coalesce(failing_since, excluded.failing_since)
    WHERE worked IS NULL OR worked < excluded.latest;
END;
CREATE TRIGGER operation_is_forgotten AFTER DELETE ON operations
BEGIN
  DELETE FROM outcomes WHERE group_ref = ifnull(OLD.group_ref, '') AND object = ifnull(OLD.object, '')
    AND action = OLD.action AND org = ifnull(OLD.org, '') AND latest = OLD.number;
END;

INSERT INTO outcomes (group_ref, object, action, org, latest, failures, failing_since, worked, worked_at)
SELECT group_ref, object, action, org, max(number),
  count(*) FILTER (WHERE status <> 'success' AND number > ifnull(worked, 0)),
  min(created_at) FILTER (WHERE status <> 'success' AND number > ifnull(worked, 0)),
  worked, max(at) FILTER (WHERE number = worked)
FROM (
  SELECT ifnull(group_ref, '') AS group_ref, ifnull(object, '') COLLATE NOCASE AS object, action, ifnull(org, '') AS org,
    number, status, created_at, ifnull(ended_at, created_at) AS at,
    max(number) FILTER (WHERE status = 'success') OVER (
      PARTITION BY ifnull(group_ref, ''), ifnull(object, '') COLLATE NOCASE, action, ifnull(org, '')
    ) AS worked
  FROM operations WHERE status <> 'in_progress'
)
GROUP BY group_ref, object, action, org;
`,
};

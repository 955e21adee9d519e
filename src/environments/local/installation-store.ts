import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import type {
  InstallationFilter,
  InstallationRecord,
  InstallationStatus,
  InstallationStore,
  KeptObject,
  PausedObject,
} from '../../installations/installation.ts';
import type { Database } from '../../store/database.ts';

/** Installations in the project's state file. */
export function createInstallationStore(db: Database): InstallationStore {
  const get = (id: string) => {
    const row = db.prepare('SELECT * FROM installations WHERE id = ?').get<InstallationRow>(id);
    return row && fromRow(row);
  };
  const find = (groupRef: string, integration: string) => {
    const row = db
      .prepare('SELECT * FROM installations WHERE group_ref = ? AND integration = ?')
      .get<InstallationRow>(groupRef, integration);
    return row && fromRow(row);
  };
  return {
    get,
    find,
    list: (filter = {}) => listInstallations(db, filter),
    save(record) {
      const other = find(record.groupRef, record.integration);
      if (other && other.id !== record.id) {
        throw new AmpError({
          code: 'installation-exists',
          message: `"${record.integration}" is already installed for group "${record.groupRef}" (${other.id}).`,
          hint: `amp installations update ${other.id}`,
        });
      }
      saveInstallation(db, record);
    },
    setStatus(id, status, reason, at) {
      const { changes } = db
        .prepare('UPDATE installations SET status = ?, status_reason = ?, updated_at = ? WHERE id = ?')
        .run(status, reason ?? null, at, id);
      if (changes === 0) {
        throw new AmpError({ code: 'installation-not-found', message: `There is no installation "${id}".` });
      }
    },
    remove: (id) => db.prepare('DELETE FROM installations WHERE id = ?').run(id).changes > 0,
  };
}

function listInstallations(db: Database, filter: InstallationFilter): InstallationRecord[] {
  return db
    .prepare(
      `SELECT * FROM installations
       WHERE (?1 IS NULL OR integration = ?1) AND (?2 IS NULL OR group_ref = ?2)
         AND (?3 IS NULL OR org_id = ?3) AND (?4 IS NULL OR status = ?4)
       ORDER BY integration, group_ref`,
    )
    .all<InstallationRow>(
      filter.integration ?? null,
      filter.groupRef ?? null,
      filter.orgId ?? null,
      filter.status ?? null,
    )
    .map(fromRow);
}

function saveInstallation(db: Database, record: InstallationRecord): void {
  db.prepare(
    `INSERT INTO installations (id, integration, group_ref, group_name, consumer_ref, consumer_name, org_id, config,
       status, status_reason, paused_objects, kept_objects, revision, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET integration = excluded.integration, group_ref = excluded.group_ref,
       group_name = excluded.group_name, consumer_ref = excluded.consumer_ref, consumer_name = excluded.consumer_name,
       org_id = excluded.org_id, config = excluded.config, status = excluded.status,
       status_reason = excluded.status_reason, paused_objects = excluded.paused_objects,
       kept_objects = excluded.kept_objects, revision = excluded.revision, updated_at = excluded.updated_at`,
  ).run(
    record.id,
    record.integration,
    record.groupRef,
    record.groupName,
    record.consumerRef ?? null,
    record.consumerName ?? null,
    record.orgId,
    JSON.stringify(record.config),
    record.status,
    record.statusReason ?? null,
    JSON.stringify(record.pausedObjects),
    JSON.stringify(record.keptObjects),
    record.revision,
    record.createdAt,
    record.updatedAt,
  );
}

interface InstallationRow {
  id: string;
  integration: string;
  group_ref: string;
  group_name: string;
  consumer_ref: string | null;
  consumer_name: string | null;
  org_id: string;
  config: string;
  status: InstallationStatus;
  status_reason: string | null;
  paused_objects: string;
  kept_objects: string;
  revision: number;
  created_at: string;
  updated_at: string;
}

function fromRow(row: InstallationRow): InstallationRecord {
  return {
    id: row.id,
    integration: row.integration,
    groupRef: row.group_ref,
    groupName: row.group_name,
    ...(row.consumer_ref !== null && { consumerRef: row.consumer_ref }),
    ...(row.consumer_name !== null && { consumerName: row.consumer_name }),
    orgId: row.org_id,
    config: JSON.parse(row.config) as InstallationConfig,
    status: row.status,
    ...(row.status_reason !== null && { statusReason: row.status_reason }),
    pausedObjects: JSON.parse(row.paused_objects) as PausedObject[],
    revision: row.revision,
    keptObjects: JSON.parse(row.kept_objects) as KeptObject[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

import type { Database, SqlValue } from '../store/database.ts';
import type { Failure } from './failure.ts';
import type { ActionType, OperationCounts, OperationStatus } from './operation-log.ts';

/** An operation as commands print it and the local API serves it (facts: operations; ours adds the keys hosted lacks). */
export interface OperationRecord {
  id: string;
  parentId?: string;
  projectId?: string;
  /** The integration's name. */
  integrationId?: string;
  installationId?: string;
  configId?: string;
  actionType: ActionType;
  object?: string;
  groupRef?: string;
  org?: string;
  revision?: number;
  startedBy: string;
  status: OperationStatus;
  /** One line. */
  result?: string;
  error?: Failure;
  counts: Partial<OperationCounts>;
  metadata: Record<string, unknown>;
  createTime: string;
  updateTime: string;
  endTime?: string;
  durationMs?: number;
}

export interface OperationFilter {
  statuses?: readonly OperationStatus[];
  actions?: readonly ActionType[];
  /** Case does not matter. */
  objects?: readonly string[];
  groupRef?: string;
  integration?: string;
  installationId?: string;
  org?: string;
  parentId?: string;
  /** Ended well, with warnings or errors on the way; goes with an object or a group. */
  warned?: boolean;
  /** Of reads: `backfill`, `scheduled`, `triggered`. */
  readType?: string;
  /** Milliseconds since the epoch, by start. */
  since?: number;
  until?: number;
  /** 1 to 1000; 200 when absent. */
  limit?: number;
  /** Of the page before. */
  pageToken?: string;
}

export interface OperationPage {
  /** Newest first. */
  operations: OperationRecord[];
  nextPageToken?: string;
}

export const defaultPageSize = 200;
export const largestPageSize = 1000;

/** One page of operations, newest first. Every filter, alone or with a status, is a short walk of one index. */
export function findOperations(db: Database, filter: OperationFilter): OperationPage {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? defaultPageSize), 1), largestPageSize);
  const rows = selectRows(db, filter, limit + 1);
  const operations = rows.slice(0, limit).map(toRecord);
  const last = rows[limit - 1];
  return rows.length > limit && last ? { operations, nextPageToken: String(last.number) } : { operations };
}

/** One operation by id or unambiguous beginning of it. */
export function findOperation(db: Database, id: string): (OperationRecord & { number: number }) | undefined {
  const exact = db.prepare('SELECT * FROM operations WHERE id = ?').get<OperationRow>(id);
  if (exact) return { ...toRecord(exact), number: exact.number };
  if (!/^op_\w+$/.test(id)) return undefined;
  const starts = db
    .prepare('SELECT * FROM operations WHERE id >= ? AND id < ? LIMIT 2')
    .all<OperationRow>(id, `${id}\u{ffff}`);
  return starts.length === 1 ? { ...toRecord(starts[0]!), number: starts[0]!.number } : undefined;
}

/** How many there are of a status that has an index of its own, all or those that started at `since` or later. */
export function countOperations(db: Database, status: 'in_progress' | 'failure' | 'unknown', since?: number): number {
  const sql = `SELECT count(*) AS count FROM operations ${armIndex(status, undefined)}
    WHERE ${statusConditions[status].join(' AND ')} AND number >= ?`;
  const first = since === undefined ? 0 : firstNumberSince(db, since);
  return db.prepare(sql).get<{ count: number }>(first)?.count ?? 0;
}

/** Numbers of matching operations, newest first: what line queries walk along. */
export function findOperationNumbers(db: Database, filter: OperationFilter, limit: number, below: number): number[] {
  return selectRows(db, filter, limit, 'number', below).map((row) => row.number);
}

function selectRows(
  db: Database,
  filter: OperationFilter,
  limit: number,
  columns = '*',
  below = Number(filter.pageToken ?? Number.MAX_SAFE_INTEGER),
): OperationRow[] {
  // One upper bound only: of two, SQLite would seek by the first and walk down to the second.
  const upper = filter.until === undefined ? below : Math.min(below, firstNumberSince(db, filter.until + 1));
  const where: string[] = ['number < ?'];
  const values: SqlValue[] = [Number.isFinite(upper) ? upper : 0];
  const and = (sql: string, ...given: SqlValue[]) => {
    where.push(sql);
    values.push(...given);
  };
  if (filter.since !== undefined) {
    and('number >= ?', firstNumberSince(db, filter.since));
    and('created_at >= ?', filter.since);
  }
  if (filter.until !== undefined) and('created_at <= ?', filter.until);
  if (filter.integration !== undefined) and('integration = ?', filter.integration);
  if (filter.installationId !== undefined) and('installation_id = ?', filter.installationId);
  if (filter.org !== undefined) and('org = ?', filter.org);
  if (filter.parentId !== undefined) and('parent_id = ?', filter.parentId);
  if (filter.warned) and('warned = 1');
  if (filter.readType !== undefined) and("json_extract(metadata, '$.readType') = ?", filter.readType);

  // The most selective filter drives; the others are checked row by row.
  const drivers: Driver[] = [];
  if (filter.groupRef !== undefined) drivers.push({ column: 'group_ref', name: 'group', values: [filter.groupRef] });
  if (filter.objects?.length) drivers.push({ column: 'object', name: 'object', values: filter.objects });
  if (filter.actions?.length) drivers.push({ column: 'action', name: 'action', values: filter.actions });
  const [driver, ...others] = drivers;
  for (const { column, values: wanted } of others) and(`${column} IN (${wanted.map(() => '?').join(', ')})`, ...wanted);

  // One arm for each driving value and status, each a stretch of one index that is in order already.
  const end = `ORDER BY number DESC LIMIT ${limit}`;
  const arms: string[] = [];
  const armValues: SqlValue[] = [];
  for (const status of filter.statuses?.length ? new Set(filter.statuses) : [undefined]) {
    for (const value of driver?.values ?? [undefined]) {
      const mine = filter.warned
        ? `INDEXED BY operations_warned_by_${driver?.name}`
        : filter.parentId === undefined
          ? armIndex(status, driver)
          : 'INDEXED BY operations_by_parent';
      const conditions = [...where];
      armValues.push(...values);
      if (value !== undefined) {
        conditions.push(`${driver!.column} = ?`);
        armValues.push(value);
      }
      if (status !== undefined) conditions.push(...statusConditions[status]);
      arms.push(`SELECT * FROM (SELECT ${columns} FROM operations ${mine} WHERE ${conditions.join(' AND ')} ${end})`);
    }
  }
  const sql = arms.length === 1 ? arms[0]! : `${arms.join(' UNION ALL ')} ${end}`;
  return db.prepare(sql).all<OperationRow>(...armValues);
}

interface Driver {
  column: string;
  /** As the names of its indexes end. */
  name: string;
  values: readonly string[];
}

// Spelt as in the partial indexes, which is how SQLite knows that they hold every row asked for.
const statusConditions: Record<OperationStatus, string[]> = {
  in_progress: ["status = 'in_progress'"],
  success: ["status = 'success'"],
  failure: ["status IN ('failure', 'unknown')", "status = 'failure'"],
  unknown: ["status IN ('failure', 'unknown')", "status = 'unknown'"],
};

/** Named, not left to the planner: without statistics it cannot tell a thousand rows from a million. */
function armIndex(status: OperationStatus | undefined, driver: Driver | undefined): string {
  if (status === 'in_progress') return 'INDEXED BY operations_open';
  const problem = status === 'failure' || status === 'unknown';
  if (driver) return `INDEXED BY operations_${problem ? 'problems_' : ''}by_${driver.name}`;
  return problem ? 'INDEXED BY operations_problems' : 'NOT INDEXED';
}

/** Numbers grow with time: the first one that started at `since` or later, found by halving. */
export function firstNumberSince(db: Database, since: number): number {
  return firstRowSince(db, 'SELECT number AS id, created_at AS at FROM operations WHERE number >= ? LIMIT 1', since);
}

/** Smallest row id whose time is at or after `since`; ids and times grow together. `probe` takes an id, gives `id` and `at`. */
export function firstRowSince(db: Database, probe: string, since: number): number {
  const statement = db.prepare(probe);
  const row = (id: number) => statement.get<{ id: number; at: number }>(id);
  let low = 0;
  let high = 1;
  while (row(high)) high *= 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = row(middle);
    if (!found || found.at >= since) high = middle;
    else low = found.id + 1;
  }
  return low;
}

export interface OperationRow {
  number: number;
  id: string;
  parent_id: string | null;
  action: ActionType;
  status: OperationStatus;
  object: string | null;
  project_id: string | null;
  integration: string | null;
  installation_id: string | null;
  config_id: string | null;
  group_ref: string | null;
  org: string | null;
  revision: number | null;
  started_by: string;
  result: string | null;
  error: string | null;
  counts: string;
  metadata: string;
  created_at: number;
  updated_at: number;
  ended_at: number | null;
}

export function toRecord(row: OperationRow): OperationRecord {
  const given = <Key extends string, Value>(key: Key, value: Value | null) =>
    (value === null ? {} : { [key]: value }) as { [K in Key]?: Value };
  return {
    id: row.id,
    ...given('parentId', row.parent_id),
    actionType: row.action,
    status: row.status,
    ...given('result', row.result),
    ...given('error', row.error === null ? null : (JSON.parse(row.error) as Failure)),
    ...given('projectId', row.project_id),
    ...given('integrationId', row.integration),
    ...given('installationId', row.installation_id),
    ...given('configId', row.config_id),
    ...given('groupRef', row.group_ref),
    ...given('object', row.object),
    ...given('org', row.org),
    ...given('revision', row.revision),
    startedBy: row.started_by,
    counts: JSON.parse(row.counts) as Partial<OperationCounts>,
    metadata: JSON.parse(row.metadata) as Record<string, unknown>,
    createTime: new Date(row.created_at).toISOString(),
    updateTime: new Date(row.updated_at).toISOString(),
    ...given('endTime', row.ended_at === null ? null : new Date(row.ended_at).toISOString()),
    ...given('durationMs', row.ended_at === null ? null : row.ended_at - row.created_at),
  };
}

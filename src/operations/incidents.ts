import type { Database, SqlValue } from '../store/database.ts';
import { findOperations, type OperationRecord } from './find-operations.ts';

/** Something that fails and has not worked since: the newest failure, and how long it has been so. */
export interface Incident {
  /** The newest operation of the run of failures. */
  operation: OperationRecord;
  /** Failures in a row, this one included. */
  failures: number;
  /** ISO time of the first failure of the run. */
  since: string;
  /** ISO time at which the same thing last worked. */
  lastSuccess?: string;
  /** The line to point at: when and what the log says about it. */
  evidence?: string;
}

export interface IncidentScope {
  objects?: readonly string[];
  groupRef?: string;
  /** Failures before this are history. */
  since?: number;
  limit?: number;
}

// Enough to find every broken thing of a normal project; a flood of failures shows its newest kinds.
const failuresLookedAt = 200;

/** Open incidents, newest first: one for each (action, object, group, org) whose latest finished operation did not succeed. */
export function findIncidents(db: Database, scope: IncidentScope = {}): Incident[] {
  const filter = {
    ...(scope.objects?.length ? { objects: scope.objects } : {}),
    ...(scope.groupRef === undefined ? {} : { groupRef: scope.groupRef }),
    ...(scope.since === undefined ? {} : { since: scope.since }),
  };
  const failed = findOperations(db, { ...filter, statuses: ['failure', 'unknown'], limit: failuresLookedAt });
  const seen = new Set<string>();
  const incidents: Incident[] = [];
  for (const operation of failed.operations) {
    if (incidents.length >= (scope.limit ?? 20)) break;
    const key = JSON.stringify(identityOf(operation));
    if (seen.has(key)) continue;
    seen.add(key);
    const incident = describeIncident(db, operation);
    if (incident) incidents.push(incident);
  }
  return incidents;
}

/** The incident a failed operation belongs to; undefined when the same thing has worked since. */
export function describeIncident(db: Database, operation: OperationRecord): Incident | undefined {
  const [driver, same, values] = sameThing(operation);
  const { number } = db.prepare('SELECT number FROM operations WHERE id = ?').get<{ number: number }>(operation.id) ?? {
    number: 0,
  };
  const from = `FROM operations INDEXED BY operations_by_${driver} WHERE ${same}`;
  const newer = db.prepare(`SELECT 1 ${from} AND status = 'success' AND number > ? LIMIT 1`).get(...values, number);
  if (newer) return undefined;
  const worked = db
    .prepare(
      `SELECT number, coalesce(ended_at, created_at) AS at ${from} AND status = 'success' AND number < ?
       ORDER BY number DESC LIMIT 1`,
    )
    .get<{ number: number; at: number }>(...values, number);
  const run = db
    .prepare(
      `SELECT count(*) AS failures, min(created_at) AS since FROM operations INDEXED BY operations_problems_by_${driver}
       WHERE ${same} AND status IN ('failure', 'unknown') AND number > ? AND number <= ?`,
    )
    .get<{ failures: number; since: number | null }>(...values, worked?.number ?? 0, number);
  const evidence = evidenceOf(operation);
  return {
    operation,
    failures: Math.max(run?.failures ?? 1, 1),
    since: run?.since ? new Date(run.since).toISOString() : operation.createTime,
    ...(worked ? { lastSuccess: new Date(worked.at).toISOString() } : {}),
    ...(evidence ? { evidence } : {}),
  };
}

/** Which index to walk, and the condition that finds operations of the same action, object, group and org. */
function sameThing(operation: OperationRecord): [driver: string, condition: string, values: SqlValue[]] {
  const { actionType, object, groupRef, org } = operation;
  const facts: [string, string | undefined][] = [
    ['group_ref', groupRef],
    ['object', object],
    ['org', org],
  ];
  const conditions = facts.map(([column, value]) => `${column} ${value === undefined ? 'IS NULL' : '= ?'}`);
  const values = facts.map(([, value]) => value).filter((value) => value !== undefined);
  const driver = groupRef !== undefined ? 'group' : object !== undefined ? 'object' : 'action';
  return [driver, ['action = ?', ...conditions].join(' AND '), [actionType, ...values]];
}

function identityOf(operation: OperationRecord): unknown[] {
  return [operation.actionType, operation.object?.toLowerCase(), operation.groupRef, operation.org];
}

/** What the other side answered, in one line: `HTTP 400 invalid_grant, request req_5c`. */
export function evidenceOf(operation: OperationRecord): string | undefined {
  const { error } = operation;
  if (!error) return undefined;
  const parts = [
    error.status === undefined ? undefined : `HTTP ${error.status}`,
    error.providerCode,
    error.detail && error.detail !== error.title ? error.detail : undefined,
  ].filter((part) => part !== undefined);
  const request = error.requestId ? `, request ${error.requestId}` : '';
  return parts.length > 0 || request ? `${parts.join(' ')}${request}` : undefined;
}

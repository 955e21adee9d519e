import type { Database, SqlValue } from '../store/database.ts';
import { firstNumberSince, type OperationRecord, type OperationRow, toRecord } from './find-operations.ts';

/** Something that fails and has not worked since: the newest failure, and how long it has been so. */
export interface Incident {
  /** The newest operation of the run of failures. */
  operation: OperationRecord;
  /** Failures in a row up to now. */
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

/** Open incidents, newest first: one for each (action, object, group, org) whose latest finished operation did not succeed. */
export function findIncidents(db: Database, scope: IncidentScope = {}): Incident[] {
  const where: string[] = ['failures > 0'];
  const values: SqlValue[] = [];
  if (scope.groupRef !== undefined) {
    where.push('outcomes.group_ref = ?');
    values.push(scope.groupRef);
  }
  if (scope.objects?.length) {
    where.push(`outcomes.object IN (${scope.objects.map(() => '?').join(', ')})`);
    values.push(...scope.objects);
  }
  if (scope.since !== undefined) {
    where.push('latest >= ?', 'created_at >= ?');
    values.push(firstNumberSince(db, scope.since), scope.since);
  }
  // What one customer has is little; of all, the newest are wanted.
  const index = scope.groupRef === undefined ? 'INDEXED BY outcomes_failing' : 'NOT INDEXED';
  return db
    .prepare(
      `SELECT operations.*, ${streak} FROM outcomes ${index} CROSS JOIN operations ON number = latest
       WHERE ${where.join(' AND ')} ORDER BY latest DESC LIMIT ?`,
    )
    .all<OperationRow & Streak>(...values, scope.limit ?? 20)
    .map((row) => toIncident(toRecord(row), row));
}

/** The incident a failed operation belongs to; undefined when the same thing has worked since. */
export function describeIncident(db: Database, operation: OperationRecord): Incident | undefined {
  const { actionType, object = '', groupRef = '', org = '' } = operation;
  const row = db
    .prepare(
      `SELECT ${streak} FROM outcomes
       JOIN operations ON operations.id = ? AND number > ifnull(worked, 0) AND status IN ('failure', 'unknown')
       WHERE outcomes.group_ref = ? AND outcomes.object = ? AND outcomes.action = ? AND outcomes.org = ? AND failures > 0`,
    )
    .get<Streak>(operation.id, groupRef, object, actionType, org);
  return row && toIncident(operation, row);
}

/** Of a run of failures, as the state keeps it (migration 100). */
interface Streak {
  failures: number;
  failing_since: number;
  worked_at: number | null;
}

const streak = 'failures, failing_since, worked_at';

function toIncident(operation: OperationRecord, { failures, failing_since, worked_at }: Streak): Incident {
  const evidence = evidenceOf(operation);
  return {
    operation,
    failures,
    since: new Date(failing_since).toISOString(),
    ...(worked_at === null ? {} : { lastSuccess: new Date(worked_at).toISOString() }),
    ...(evidence ? { evidence } : {}),
  };
}

/** What the other side answered, in one line: `HTTP 400 invalid_grant, request req_5c`. */
export function evidenceOf(operation: OperationRecord): string | undefined {
  const { error } = operation;
  if (!error) return undefined;
  const parts = [
    error.status === undefined ? undefined : `HTTP ${error.status}`,
    error.providerCode,
    typeof error.context?.call === 'string' ? error.context.call : undefined,
    error.detail && error.detail !== error.title ? error.detail : undefined,
  ].filter((part) => part !== undefined);
  const request = error.requestId ? `, request ${error.requestId}` : '';
  return parts.length > 0 || request ? `${parts.join(' ')}${request}` : undefined;
}

import type { Database } from '../store/database.ts';
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
const runLookedAt = 100;

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
  const history = findOperations(db, {
    ...(operation.groupRef === undefined ? {} : { groupRef: operation.groupRef }),
    ...(operation.object === undefined ? {} : { objects: [operation.object] }),
    actions: [operation.actionType],
    ...(operation.org === undefined ? {} : { org: operation.org }),
    statuses: ['success', 'failure', 'unknown'],
    limit: runLookedAt,
  }).operations.filter((other) => sameThing(operation, other));
  const position = history.findIndex((other) => other.id === operation.id);
  const newer = position < 0 ? history : history.slice(0, position);
  if (newer.some((other) => other.status === 'success')) return undefined;
  const before = position < 0 ? [operation] : history.slice(position);
  const lastSuccess = before.find((other) => other.status === 'success');
  const run = lastSuccess ? before.slice(0, before.indexOf(lastSuccess)) : before;
  const evidence = evidenceOf(operation);
  return {
    operation,
    failures: Math.max(run.length, 1),
    since: (run.at(-1) ?? operation).createTime,
    ...(lastSuccess ? { lastSuccess: lastSuccess.endTime ?? lastSuccess.createTime } : {}),
    ...(evidence ? { evidence } : {}),
  };
}

function identityOf(operation: OperationRecord): unknown[] {
  return [operation.actionType, operation.object?.toLowerCase(), operation.groupRef, operation.org];
}

function sameThing(a: OperationRecord, b: OperationRecord): boolean {
  return JSON.stringify(identityOf(a)) === JSON.stringify(identityOf(b));
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

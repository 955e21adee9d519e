import type { Database } from '../store/database.ts';
import type { Failure } from './failure.ts';
import { findLines, type LogLine } from './find-lines.ts';
import { findOperations, type OperationRecord } from './find-operations.ts';
import { describeIncident, evidenceOf } from './incidents.ts';
import { requireOperation } from './operation-detail.ts';
import type { OperationStatus } from './operation-log.ts';

/** Everything somebody needs who was woken by this operation. */
export interface Explanation {
  operation: OperationRecord;
  status: OperationStatus;
  /** Absent when there is nothing to explain: it works, or is still running. */
  cause?: {
    code: string;
    subsystem: string;
    /** What did not succeed. */
    title: string;
    /** The innermost cause. */
    rootCause: string;
    /** Innermost first. */
    chain: string[];
    retryable: boolean;
    retryAfter?: string;
  };
  evidence: Evidence[];
  blastRadius: BlastRadius;
  remedy?: string;
}

export interface Evidence {
  /** ISO time. */
  timestamp: string;
  text: string;
}

/** What else the same cause has stopped since it began. */
export interface BlastRadius {
  /** ISO time of the first failure in the run. */
  since?: string;
  lastSuccess?: string;
  failures: number;
  groups: string[];
  objects: string[];
  /** More operations were affected than were looked at. */
  more: boolean;
}

const evidenceLines = 5;
const affectedLookedAt = 1_000;

/** Cause, evidence, reach and remedy of one operation. Throws `operation-not-found`. */
export function explainOperation(db: Database, id: string): Explanation {
  const { number, ...operation } = requireOperation(db, id);
  const { error, status } = operation;
  if (!error) {
    return { operation, status, evidence: [], blastRadius: { failures: 0, groups: [], objects: [], more: false } };
  }
  return {
    operation,
    status,
    cause: {
      code: error.code,
      subsystem: error.subsystem,
      title: error.title,
      rootCause: error.causes[0] ?? error.detail ?? error.title,
      chain: error.causes,
      retryable: error.retryable,
      ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    },
    evidence: gatherEvidence(db, number, operation),
    blastRadius: measureReach(db, operation, error),
    remedy: error.remedy,
  };
}

/** The answer of the other side, then the calls and warnings that led to it, oldest first. */
function gatherEvidence(db: Database, number: number, operation: OperationRecord): Evidence[] {
  const evidence: Evidence[] = findLines(db, { source: number, severity: 'warning', limit: evidenceLines })
    .filter((line) => line.message !== operation.error?.title)
    .map((line) => ({ timestamp: new Date(line.at).toISOString(), text: evidenceText(line) }));
  const answer = evidenceOf(operation);
  if (answer) evidence.push({ timestamp: operation.endTime ?? operation.updateTime, text: answer });
  return evidence;
}

function evidenceText(line: LogLine): string {
  const http = line.details?.http as { method?: string; path?: string; status?: number } | undefined;
  const call = http?.method ? ` (${http.method} ${http.path ?? ''}${http.status ? ` → ${http.status}` : ''})` : '';
  const attempt = line.details?.attempt === undefined ? '' : `, attempt ${String(line.details.attempt)}`;
  const request = line.details?.requestId === undefined ? '' : `, request ${String(line.details.requestId)}`;
  return `${line.message}${call}${attempt}${request}`;
}

function measureReach(db: Database, operation: OperationRecord, error: Failure): BlastRadius {
  const incident = describeIncident(db, operation);
  const since = incident?.since ?? operation.createTime;
  const failed = findOperations(db, {
    statuses: ['failure', 'unknown'],
    since: Date.parse(since),
    limit: affectedLookedAt,
  });
  const affected = failed.operations.filter((other) => hasSameCause(other, operation, error));
  const distinct = (values: (string | undefined)[]) =>
    [...new Set(values.filter((value) => value !== undefined))].sort();
  return {
    since,
    ...(incident?.lastSuccess ? { lastSuccess: incident.lastSuccess } : {}),
    failures: Math.max(affected.length, 1),
    groups: distinct([operation, ...affected].map((other) => other.groupRef)),
    objects: distinct([operation, ...affected].map((other) => other.object)),
    more: failed.nextPageToken !== undefined,
  };
}

function hasSameCause(other: OperationRecord, operation: OperationRecord, error: Failure): boolean {
  if (other.error?.code !== error.code || other.error.providerCode !== error.providerCode) return false;
  return other.org === operation.org;
}

import type { Database } from '../store/database.ts';
import type { Backlog, DestinationRecord } from './destination.ts';
import type { DestinationRow } from './destination-store.ts';
import { createOutbox } from './outbox.ts';

/** A destination as people and scripts see it. Times are ISO 8601. */
export interface DestinationSummary {
  id: string;
  name: string;
  kind: DestinationRecord['kind'];
  state: DestinationRecord['state'];
  disabledReason?: string;
  url?: string;
  /** Values that look secret are `[secret]`. */
  headers?: Record<string, string>;
  allowPrivateNetwork?: boolean;
  folder?: string;
  createdAt: string;
  updatedAt: string;
  backlog: { pending: number; delivered: number; dead: number; oldestAt?: string };
  lastSuccessAt?: string;
  lastFailure?: FailureSummary;
  /** When the earliest waiting retry is due. */
  nextAttemptAt?: string;
  /** Since when nothing has succeeded, once the five-day rule watches it. */
  failingSince?: string;
}

export interface FailureSummary {
  at: string;
  messageId: string;
  attempt: number;
  status?: number;
  reason: string;
}

export function describeDestination(db: Database, record: DestinationRecord): DestinationSummary {
  const { settings, ...rest } = record;
  const row = db.prepare('SELECT * FROM destinations WHERE id = ?').get<DestinationRow>(record.id)!;
  const next = db
    .prepare(
      `SELECT min(next_attempt_at) AS at FROM outbox WHERE destination_id = ? AND state = 'pending' AND next_attempt_at > 0`,
    )
    .get<{ at: number | null }>(record.id);
  const [lastFailure] = listFailures(db, record.id, 1);
  return {
    ...rest,
    ...('url' in settings
      ? { url: settings.url, headers: settings.headers, allowPrivateNetwork: settings.allowPrivateNetwork }
      : {}),
    ...('folder' in settings ? { folder: settings.folder } : {}),
    backlog: backlogJson(createOutbox(db).backlog({ destination: record.name })),
    ...(row.last_success_at === null ? {} : { lastSuccessAt: iso(row.last_success_at) }),
    ...(lastFailure ? { lastFailure } : {}),
    ...(next?.at ? { nextAttemptAt: iso(next.at) } : {}),
    ...(row.failing_since === null ? {} : { failingSince: iso(row.failing_since) }),
  };
}

/** The latest failed attempts, newest first. */
export function listFailures(db: Database, destinationId: string, limit: number): FailureSummary[] {
  return db
    .prepare(
      'SELECT message_id, attempt, at, status, reason FROM delivery_failures WHERE destination_id = ? ORDER BY at DESC, id DESC LIMIT ?',
    )
    .all<{ message_id: string; attempt: number; at: number; status: number | null; reason: string }>(
      destinationId,
      limit,
    )
    .map((failure) => ({
      at: iso(failure.at),
      messageId: failure.message_id,
      attempt: failure.attempt,
      ...(failure.status === null ? {} : { status: failure.status }),
      reason: failure.reason,
    }));
}

function backlogJson({ oldestAt, ...counts }: Backlog): DestinationSummary['backlog'] {
  return { ...counts, ...(oldestAt === undefined ? {} : { oldestAt: iso(oldestAt) }) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

import type { Database } from '../store/database.ts';
import type {
  Backlog,
  DestinationRecord,
  FileSettings,
  KinesisSettings,
  S3Settings,
  WebhookSettings,
} from './destination.ts';
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
  /** Of AWS kinds, with `stream` or `bucket`. */
  region?: string;
  accessKeyId?: string;
  endpointUrl?: string;
  stream?: string;
  bucket?: string;
  storageClass?: string;
  /** JMESPath; absent = the default key. */
  keyTemplate?: string;
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
    ...describeSettings(record),
    backlog: backlogJson(createOutbox(db).backlog({ destination: record.name })),
    ...(row.last_success_at === null ? {} : { lastSuccessAt: iso(row.last_success_at) }),
    ...(lastFailure ? { lastFailure } : {}),
    ...(next?.at ? { nextAttemptAt: iso(next.at) } : {}),
    ...(row.failing_since === null ? {} : { failingSince: iso(row.failing_since) }),
  };
}

function describeSettings({ settings }: DestinationRecord): Partial<DestinationSummary> {
  if ('url' in settings) {
    const { url, headers, allowPrivateNetwork } = settings as WebhookSettings;
    return { url, headers, allowPrivateNetwork };
  }
  if ('folder' in settings) return { folder: (settings as FileSettings).folder };
  if (!('region' in settings)) return {};
  const { credentialStore: _, ...aws } = settings as KinesisSettings | S3Settings;
  if ('bucket' in aws) return aws;
  const { streamName: stream, partitionKeyTemplate: keyTemplate, ...rest } = aws;
  return { ...rest, stream, ...(keyTemplate ? { keyTemplate } : {}) };
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

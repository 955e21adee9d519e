import type { PreparedRow, PreparedWrite } from '../prepared.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { WriteRequest } from '../write-request.ts';

/** A write that waits, or is being sent, in the background. */
export interface QueuedWrite extends QueueEntry {
  head: QueuedHead;
  rows: QueuedRow[];
}

/** A write whose request is accepted and that waits for the org to tell its schema. */
export interface UnpreparedWrite extends QueueEntry {
  request: WriteRequest;
}

interface QueueEntry {
  number: number;
  operation: string;
  /** `gathering`: single records may still join; `sending`: a call is under way, or was when its process died. */
  state: 'gathering' | 'waiting' | 'sending';
  /** OrgRecord.id. */
  org: string;
  installationId: string | undefined;
  /** As the notification calls it: the mapped name, else the manifest's. */
  objectName: string;
  way: SendWay;
  retryHours: number;
  /** Milliseconds since the epoch, all of these. */
  createdAt: number;
  deadlineAt: number | undefined;
  nextAt: number;
  firstSentAt: number | undefined;
  sentAt: number | undefined;
  /** Calls that wrote, or tried to. */
  attempts: number;
  apiCalls: number;
}

export interface QueuedHead extends Omit<PreparedWrite, 'rows'> {
  /** Create: a unique external id field that every record has a value for. It makes a lost answer answerable. */
  createKey?: { field: string; match?: NonNullable<PreparedWrite['keyMatch']> };
  /** Of the way `keyed`: kept over lost answers, renewed after a refusal, whose answer the org may have stored. */
  idempotencyKey?: string;
}

/**
 * `keyed`: one create through the UI API under an `Idempotency-Key`, where a repeated call gives the first answer again.
 * `plain`: everything else. `upsert`: a create that is repeated, by its external id.
 */
export type SendWay = 'keyed' | 'plain' | 'upsert';

export interface QueuedRow {
  row: PreparedRow;
  /** Of the latest attempt; absent before the first. */
  outcome?: RowOutcome;
  /** The outcome is the last one. */
  settled: boolean;
}

/** The write as executeWrite takes it. */
export function preparedOf({ head, rows }: Pick<QueuedWrite, 'head' | 'rows'>): PreparedWrite {
  const { createKey: _createKey, idempotencyKey: _idempotencyKey, ...prepared } = head;
  return { ...prepared, rows: rows.map(({ row }) => row) };
}

export const isAtomic = ({ head, rows }: Pick<QueuedWrite, 'head' | 'rows'>) => head.allOrNone && rows.length > 1;

import type { OperationHandle } from '../../../operations/operation-log.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { QueuedRow, QueuedWrite } from './queued-write.ts';
import { isInDoubt } from './settle.ts';

/** `retry` of the operation's metadata while the write is queued. */
export function retryFacts(write: Pick<QueuedWrite, 'attempts' | 'sentAt' | 'nextAt' | 'deadlineAt'>) {
  return {
    attempts: write.attempts,
    ...(write.sentAt === undefined ? {} : { lastAttempt: whenText(write.sentAt) }),
    nextAttempt: whenText(write.nextAt),
    ...(write.deadlineAt === undefined ? {} : { deadline: whenText(write.deadlineAt) }),
  };
}

export const whenText = (at: number) => new Date(at).toISOString();

/** What an attempt came to, and when it goes on. */
export function tellAttempt(operation: OperationHandle, write: QueuedWrite, nextAt: number): void {
  const open = write.rows.filter(({ settled }) => !settled);
  const first = open.find(({ outcome }) => outcome && 'error' in outcome)?.outcome as
    | Extract<RowOutcome, { status: 'failure' | 'unknown' }>
    | undefined;
  const count = write.rows.length === 1 ? '' : `${open.length} of ${write.rows.length} records: `;
  const look = open.some(isInDoubt) && write.way !== 'keyed' ? ' The org is asked before anything is sent again.' : '';
  operation.warning(`Attempt ${write.attempts}: ${count}${first?.error.message ?? 'not written'}${look}`, {
    attempt: write.attempts,
    retryable: true,
    retryAfter: whenText(nextAt),
    ...(first ? { code: first.error.providerCode ?? first.error.code } : {}),
  });
}

export function tellEvidence(operation: OperationHandle, doubted: readonly number[], { rows }: QueuedWrite): void {
  const count = (wanted: (row: QueuedRow) => boolean) => doubted.filter((at) => wanted(rows[at]!)).length;
  const written = count(({ settled, outcome }) => settled && outcome?.status === 'success');
  const missing = count(({ settled }) => !settled);
  operation.info(
    `Looked for ${doubted.length} ${doubted.length === 1 ? 'record' : 'records'} whose answer was lost: ${written} written, ${missing} not written, ${doubted.length - written - missing} cannot be told.`,
  );
}

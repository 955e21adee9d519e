import { installationSet } from '../../../notifications/payload.ts';
import type { OperationHandle } from '../../../operations/operation-log.ts';
import type { WriteError } from '../prepared.ts';
import { answerOf } from '../write-answer.ts';
import { endWriteOperation } from '../write-operation.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { QueueStore } from './queue-store.ts';
import type { QueueWorld } from './queue-world.ts';
import { preparedOf, type QueuedRow, type QueuedWrite, type UnpreparedWrite } from './queued-write.ts';

/** Ends a write whose records are settled, or whose time is up: operation, notification and queue in one transaction. */
export function finishQueued(
  world: QueueWorld,
  store: QueueStore,
  operation: OperationHandle,
  write: QueuedWrite,
  lastCalls: number,
): void {
  const outcomes = write.rows.map((row) => (row.settled ? row.outcome! : expired(write, row)));
  const answer = answerOf({ warnings: [] }, outcomes, {
    operationId: write.operation,
    apiCalls: write.apiCalls + lastCalls,
  });
  world.state.db.transaction(() => {
    operation.annotate({ queued: undefined, retry: endFacts(write) });
    if (write.attempts > 1) operation.progress({ retries: write.attempts - 1 });
    if (answer.unknownCount > 0) warnOfDuplicate(operation, write, outcomes);
    endWriteOperation(operation, preparedOf(write), answer);
    store.remove(write.number);
    tell(world, write, {
      success: answer.success,
      successfulRecordIds: answer.results.flatMap(({ success, recordId }) => (success && recordId ? [recordId] : [])),
      errors: answer.results.flatMap(({ errors = [] }, index) =>
        errors.map(({ message, code, providerCode, fields }) => ({
          message,
          code: providerCode ?? code,
          index,
          ...(fields === undefined ? {} : { fields }),
        })),
      ),
    });
  });
}

/** Ends a write as a whole for a reason of its own. Records whose answer was lost stay unknown. */
export function failQueued(
  world: QueueWorld,
  store: QueueStore,
  operation: OperationHandle,
  write: QueuedWrite | UnpreparedWrite,
  error: unknown,
): void {
  const reason = error as Error & { code?: string };
  if ('rows' in write && write.rows.some(({ outcome }) => outcome !== undefined)) {
    const failure: RowOutcome = {
      status: 'failure',
      again: 'never',
      error: { code: reason.code ?? 'internal-error', message: reason.message },
    };
    const rows = write.rows.map((row) => {
      const isKept = row.settled || row.outcome?.status === 'unknown';
      return { ...row, settled: true, outcome: isKept ? row.outcome! : failure };
    });
    operation.error(`The write could not go on: ${reason.message}`);
    finishQueued(world, store, operation, { ...write, rows }, 0);
    return;
  }
  world.state.db.transaction(() => {
    operation.annotate({ queued: undefined, retry: endFacts(write) });
    operation.fail(error);
    store.remove(write.number);
    tell(world, write, {
      success: false,
      errors: [{ message: reason.message, code: reason.code ?? 'internal-error' }],
    });
  });
}

interface Told {
  success: boolean;
  successfulRecordIds?: string[];
  errors: object[];
}

/** Both lists, so that a partial success can be seen. Without an installation there is nobody to tell. */
function tell(world: QueueWorld, write: QueuedWrite | UnpreparedWrite, { success, ...lists }: Told): void {
  const installation =
    write.installationId === undefined ? undefined : world.project.installations.get(write.installationId);
  if (!installation) return;
  const { successfulRecordIds = [], errors } = lists;
  world.notifier.notify('write.async.done', {
    ...installationSet(installation, world.projectId),
    objectName: write.objectName,
    success,
    ...(successfulRecordIds.length > 0 ? { successfulRecordIds } : {}),
    ...(errors.length > 0 ? { errors } : {}),
  });
}

/** A record not written when time was up, with the last reason. One whose answer is lost stays in doubt. */
function expired(write: QueuedWrite, { outcome }: QueuedRow): RowOutcome {
  if (outcome?.status === 'unknown') return outcome;
  const hours = `${write.retryHours} ${write.retryHours === 1 ? 'hour' : 'hours'}`;
  const last: WriteError | undefined = outcome?.status === 'failure' ? outcome.error : undefined;
  const tried = write.attempts === 1 ? 'one attempt' : `${write.attempts} attempts`;
  return {
    status: 'failure',
    again: 'never',
    error: {
      code: 'write-deadline-passed',
      message: last
        ? `Given up after ${hours} and ${tried}: ${last.message}`
        : `Not sent within ${hours}: nothing was running that sends it, or an earlier write of the record was not done.`,
      ...(last?.providerCode === undefined ? {} : { providerCode: last.providerCode }),
    },
  };
}

function endFacts({ attempts, sentAt, deadlineAt }: QueuedWrite | UnpreparedWrite) {
  return {
    attempts,
    ...(sentAt === undefined ? {} : { lastAttempt: new Date(sentAt).toISOString() }),
    ...(deadlineAt === undefined ? {} : { deadline: new Date(deadlineAt).toISOString() }),
  };
}

/** How to find out what became of it, before anybody sends it again. */
function warnOfDuplicate(operation: OperationHandle, write: QueuedWrite, outcomes: readonly RowOutcome[]): void {
  const { head, firstSentAt = write.createdAt } = write;
  const since = `${new Date(Math.floor(firstSentAt / 1000) * 1000 - 60_000).toISOString().slice(0, 19)}Z`;
  const stamp = head.type === 'create' ? 'CreatedDate' : (head.stampField ?? 'LastModifiedDate');
  const check = `SELECT Id, ${stamp} FROM ${head.object} WHERE ${stamp} >= ${since} ORDER BY ${stamp}`;
  operation.annotate({ check });
  const lost = outcomes.filter(({ status }) => status === 'unknown').length;
  const what = lost === 1 ? 'The answer' : `The answers to ${lost} records`;
  const danger =
    head.type === 'create' ? 'sending it again may make a duplicate' : 'sending it again may overwrite a later change';
  operation.warning(
    `${what} did not arrive, and the org cannot be asked for sure: ${danger}. Look first: amp proxy GET "query?q=${check}" --direct --org ${write.org}${head.type === 'create' ? '. With an external id in each record amp finds out by itself' : ''}.`,
  );
}

import type { OperationLog } from '../../operations/operation-log.ts';
import type { ObjectSchema } from '../../providers/salesforce/describe/object-schema.ts';
import { countedClient } from '../../providers/salesforce/rest/counted-client.ts';
import { longestRetryAfterMs, mostAttempts, retryPauseMs } from '../../providers/salesforce/rest/retry.ts';
import { executeWrite, type WriteWorld } from './execute-write.ts';
import { refusal } from './parse-request.ts';
import { prepareWrite } from './prepare-write.ts';
import type { PreparedWrite } from './prepared.ts';
import { mergeOutcomes, planRepeat } from './repeat-write.ts';
import { answerOf } from './write-answer.ts';
import { endWriteOperation, startWriteOperation, type WriteOwner } from './write-operation.ts';
import type { RowOutcome, WriteAnswer, WriteAttempt } from './write-outcome.ts';
import type { WriteRequest } from './write-request.ts';

export interface SyncWorld extends WriteWorld {
  describe: (objectName: string) => Promise<ObjectSchema>;
  log: OperationLog;
  /** In [0, 1): jitter of pauses. */
  random: () => number;
}

/**
 * Writes while the caller waits: prepare, a few attempts at what the org turns away for the moment, one operation. Records
 * that failed are part of the answer. Throws `write-…` (with `diagnostics`) for a request no call is made for, `org-…` when
 * the sign-in is over; either way the operation says so.
 */
export async function writeRecords(shared: SyncWorld, owner: WriteOwner, request: WriteRequest): Promise<WriteAnswer> {
  const world = { ...shared, client: countedClient(shared.client) };
  const prepared = await prepareForOrg(world, owner, request);
  const { object, rows } = prepared;
  const operation = startWriteOperation(world.log, owner, { ...request, object, changes: rows.length });
  for (const warning of prepared.warnings) operation.warning(warning, { subsystem: 'mapping' });
  try {
    const { outcomes, attempts, stoppedBy } = await attemptWrite(world, prepared);
    if (attempts > 1) operation.progress({ retries: attempts - 1 });
    if (stoppedBy) operation.warning(`Not tried again: ${stoppedBy.message}`);
    const { apiCalls } = world.client;
    const answer = answerOf(prepared, outcomes, { operationId: operation.id, apiCalls });
    endWriteOperation(operation, prepared, answer);
    return answer;
  } catch (error) {
    operation.fail(error);
    throw error;
  }
}

/** Describes the object and prepares the request; a refused one is a failed operation. */
export async function prepareForOrg(
  world: Pick<SyncWorld, 'describe' | 'log'>,
  owner: WriteOwner,
  request: WriteRequest,
): Promise<PreparedWrite> {
  let object = owner.source.object.objectName;
  try {
    const schema = await world.describe(object);
    object = schema.name;
    const result = prepareWrite(request, owner.source, schema);
    if ('diagnostics' in result) throw refusal(result.diagnostics);
    return result.prepared;
  } catch (error) {
    startWriteOperation(world.log, owner, { ...request, object }).fail(error);
    throw error;
  }
}

/** At most four attempts, each for the rows that may still succeed, with jittered pauses. */
export async function attemptWrite(
  world: WriteWorld & { random: () => number },
  prepared: PreparedWrite,
): Promise<{ outcomes: RowOutcome[]; attempts: number; stoppedBy?: Error }> {
  let { outcomes } = await executeWrite(world, prepared);
  for (let attempt = 1; ; attempt++) {
    const repeat = planRepeat(prepared, outcomes);
    if (!repeat || attempt === mostAttempts || world.signal.aborted) return { outcomes, attempts: attempt };
    const { rows, kind, retryAfterMs } = repeat;
    if ((retryAfterMs ?? 0) > longestRetryAfterMs) return { outcomes, attempts: attempt };
    let next: WriteAttempt;
    try {
      await world.clock.sleep(retryPauseMs(attempt, kind, world.random(), retryAfterMs), world.signal);
      next = await executeWrite(world, prepared, rows);
    } catch (error) {
      // Interrupted, or the sign-in is over: what the attempts before did is still the truth.
      return { outcomes, attempts: attempt, stoppedBy: error as Error };
    }
    outcomes = mergeOutcomes(outcomes, next.outcomes, rows);
  }
}

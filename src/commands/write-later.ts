import type { Context } from '../cli/context.ts';
import type { OperationRecord } from '../operations/find-operations.ts';
import type { QueuedReceipt } from '../runtime/write/queue/enqueue-write.ts';
import type { QueueWorld } from '../runtime/write/queue/queue-world.ts';
import type { WriteOwner } from '../runtime/write/write-operation.ts';
import type { SyncWorld } from '../runtime/write/write-records.ts';
import type { WriteRequest } from '../runtime/write/write-request.ts';
import type { State } from '../store/state.ts';
import type { WriteCommandResult } from './run-write-command.ts';

/** What `--json` prints of an asynchronous write. */
export interface QueuedOutput {
  operationId: string;
  /** `in_progress`: it is still in the queue. */
  status: OperationRecord['status'];
  records: number;
  attempts: number;
  /** ISO time at which it is given up. */
  deadline?: string;
  /** One line, when it has ended. */
  result?: string;
  successfulRecordIds: string[];
  errors: unknown[];
  warnings: string[];
  /** Whether `amp run` is at work and sends it. */
  runner: boolean;
}

/**
 * Queues a write. While `amp run` works on the project it does the sending; otherwise this command sends until the write has
 * ended. Interrupted, the write stays in the queue.
 */
export async function writeLater(
  context: Context,
  state: State,
  world: SyncWorld,
  owner: WriteOwner,
  request: WriteRequest,
): Promise<WriteCommandResult> {
  const { enqueueWrite } = await import('../runtime/write/queue/enqueue-write.ts');
  const { isRunnerAlive } = await import('../runtime/run/runner-lock.ts');
  const { output, signal } = context;
  const receipt = await enqueueWrite({ ...world, state }, owner, request);
  for (const warning of receipt.warnings) output.warning(warning);
  const { operationId } = receipt;
  const runner = isRunnerAlive(state);
  if (!runner) {
    output.notice(`Queued as ${operationId}. amp run is not at work here, so this command sends it.`);
    const { runWriteQueue } = await import('../runtime/write/queue/run-write-queue.ts');
    await runWriteQueue(await queueWorld(context, state, world), {
      signal,
      until: { operations: [operationId] },
      org: owner.org.id,
    });
    if (signal.aborted) output.notice(`${operationId} stays in the queue; amp run sends it.`);
  }
  const queued = await describeQueued(state, receipt, runner);
  return { kind: 'queued', success: ['success', 'in_progress'].includes(queued.status), output: queued };
}

async function queueWorld(context: Context, state: State, world: SyncWorld): Promise<QueueWorld> {
  const { openLocalProject } = await import('../environments/local/local-project.ts');
  const { loadBase } = await import('../environments/local/revisions.ts');
  const { createNotifier } = await import('../notifications/notifier.ts');
  const { client, describe, log, random } = world;
  return {
    state,
    clock: context.clock,
    random,
    log,
    notifier: createNotifier(state.db, context),
    projectId: loadBase(state.db).lineage,
    project: openLocalProject(state),
    // Limited to the owner's org, which is open.
    orgs: { open: async () => ({ client, describe }) },
  };
}

async function describeQueued(state: State, receipt: QueuedReceipt, runner: boolean): Promise<QueuedOutput> {
  const { findOperation } = await import('../operations/find-operations.ts');
  const { operationId, records, deadline, warnings } = receipt;
  const operation = findOperation(state.db, operationId);
  const { retry, successfulRecordIds, errors } = (operation?.metadata ?? {}) as {
    retry?: { attempts?: number };
    successfulRecordIds?: string[];
    errors?: unknown[];
  };
  return {
    operationId,
    status: operation?.status ?? 'in_progress',
    records,
    attempts: retry?.attempts ?? 0,
    ...(deadline === undefined ? {} : { deadline }),
    ...(operation?.result === undefined ? {} : { result: operation.result }),
    successfulRecordIds: successfulRecordIds ?? [],
    errors: errors ?? [],
    warnings,
    runner,
  };
}

import { AmpError } from '../../../errors/amp-error.ts';
import { catalog } from '../../../errors/catalog.ts';
import type { OperationHandle } from '../../../operations/operation-log.ts';
import { countedClient } from '../../../providers/salesforce/rest/counted-client.ts';
import type { WriteWorld } from '../execute-write.ts';
import type { RowOutcome } from '../write-outcome.ts';
import { attemptQueued } from './attempt-queued.ts';
import { queuePauseMs } from './backoff.ts';
import { findEvidence } from './evidence.ts';
import { failQueued, finishQueued } from './finish-queued.ts';
import { prepareQueued, sourceOf } from './prepare-queued.ts';
import type { QueueWorld, SendContext } from './queue-world.ts';
import type { QueuedWrite, UnpreparedWrite } from './queued-write.ts';
import { isInDoubt, settleAttempt, settleEvidence } from './settle.ts';
import { retryFacts, tellAttempt, tellEvidence, whenText } from './tell-queued.ts';

/**
 * One step of one queued write: look for an answer that was lost, send what is still to be sent, note what came of it and
 * when it goes on, or end the operation. The state before and after each call is on disk; nothing here is remembered.
 */
export async function sendQueued(context: SendContext, write: QueuedWrite | UnpreparedWrite): Promise<void> {
  const { world, store } = context;
  const operation = world.log.reopen(write.operation);
  // Somebody ended or forgot the operation: there is nobody to answer to.
  if (!operation) return store.remove(write.number);
  try {
    await step(context, operation, write);
  } catch (error) {
    if (error !== context.signal.reason) throw error;
    // Told to stop before anything was sent.
    store.postpone(write.number, world.clock.now());
  } finally {
    operation.setAside();
  }
}

async function step(
  context: SendContext,
  operation: OperationHandle,
  write: QueuedWrite | UnpreparedWrite,
): Promise<void> {
  const { world, store } = context;
  let org: Awaited<ReturnType<QueueWorld['orgs']['open']>>;
  try {
    assertInstalled(world, write);
    org = await world.orgs.open(write.org);
    if ('request' in write)
      return prepareQueued(
        context,
        operation,
        write,
        // Tried once: the queue itself counts attempts and keeps the deadline.
        await org.describe(sourceOf(world, write).object.objectName, { retry: 'once' }),
      );
  } catch (error) {
    return notSent(context, operation, write, error);
  }
  const client = countedClient(org.client);
  const call: WriteWorld = { client, clock: world.clock, signal: context.signal };
  let current: QueuedWrite;
  try {
    current = await lookForLost(context, call, operation, write);
  } catch (error) {
    return notSent(context, operation, write, error);
  }
  const open = current.rows.flatMap(({ settled }, at) => (settled ? [] : [at]));
  if (open.length === 0 || world.clock.now() >= write.deadlineAt!)
    return finishQueued(world, store, operation, current, client.apiCalls);
  // A create that may have been made is not made again without its key.
  const isRepeated = current.way === 'plain' && write.head.createKey && write.rows.some(isInDoubt);
  await sendOpen(context, call, operation, isRepeated ? { ...current, way: 'upsert' } : current, open);
}

/** Asks the org about records whose answer was lost. A call under a key of its own is simply made again. */
async function lookForLost(
  { store }: SendContext,
  call: WriteWorld,
  operation: OperationHandle,
  write: QueuedWrite,
): Promise<QueuedWrite> {
  const doubted = write.rows.flatMap((row, at) => (isInDoubt(row) && write.way !== 'keyed' ? [at] : []));
  if (doubted.length === 0) return write;
  const rows = settleEvidence(write, await findEvidence(call, write, doubted));
  store.save(write.number, rows, { nextAt: write.nextAt, apiCalls: call.client.apiCalls });
  const looked = { ...write, rows };
  tellEvidence(operation, doubted, looked);
  return looked;
}

/** One attempt at the open rows: noted, made, and its outcome noted. */
async function sendOpen(
  context: SendContext,
  call: WriteWorld,
  operation: OperationHandle,
  write: QueuedWrite,
  open: readonly number[],
): Promise<void> {
  const { world, store } = context;
  const { db } = world.state;
  const sentAt = world.clock.now();
  const firstSentAt = write.firstSentAt ?? sentAt;
  let sending: QueuedWrite = { ...write, sentAt, firstSentAt, attempts: write.attempts + 1 };
  db.transaction(() => {
    store.markSending(write.number, write.way, sentAt);
    operation.annotate({ retry: retryFacts(sending) });
    world.log.flush();
  });
  const callsBefore = call.client.apiCalls;
  let outcomes: readonly RowOutcome[];
  try {
    ({ outcomes } = await attemptQueued(call, sending, open, () => {
      sending = { ...sending, way: 'plain' };
      store.setWay(write.number, 'plain');
    }));
  } catch (error) {
    // Thrown before anything was written: the look of a guard, the sign-in, our being told to stop.
    if (error instanceof AmpError || error === context.signal.reason)
      return notSent(context, operation, sending, error, sending.attempts);
    outcomes = write.rows.map(() => brokenStep(error));
  }
  const rows = settleAttempt(sending, open, outcomes);
  const sent = { ...sending, rows };
  if (rows.every(({ settled }) => settled)) return finishQueued(world, store, operation, sent, call.client.apiCalls);
  const nextAt = nextTime(context, sent);
  db.transaction(() => {
    store.save(write.number, rows, { nextAt, apiCalls: call.client.apiCalls - callsBefore });
    if (sending.way === 'keyed' && rows[0]?.outcome?.status === 'failure') store.renewKey(write.number, sending.head);
    operation.annotate({ retry: retryFacts({ ...sent, nextAt }) });
    tellAttempt(operation, sent, nextAt);
  });
}

/** A fault of ours in the middle of a call: what the org did is not known. */
const brokenStep = (error: unknown): RowOutcome => ({
  status: 'unknown',
  error: { code: 'internal-error', message: (error as Error).message },
});

function assertInstalled({ project }: QueueWorld, { installationId }: QueuedWrite | UnpreparedWrite): void {
  if (installationId === undefined || project.installations.get(installationId)) return;
  throw new AmpError({
    code: 'installation-not-found',
    message: `The installation ${installationId} was removed before its write was sent.`,
  });
}

/** Nothing was written by this step: later, or never when the reason stays. */
function notSent(
  context: SendContext,
  operation: OperationHandle,
  write: QueuedWrite | UnpreparedWrite,
  error: unknown,
  /** With this one. */
  attempts = write.attempts + 1,
): void {
  const { world, store, signal } = context;
  if (signal.aborted) throw signal.reason;
  if (!(error instanceof AmpError) || !catalog[error.code]?.retryable || world.clock.now() >= write.deadlineAt!) {
    failQueued(world, store, operation, write, error);
    return;
  }
  const kind = ['salesforce-rate-limited', 'salesforce-concurrency-limited'].includes(error.code) ? 'later' : 'soon';
  const now = world.clock.now();
  const nextAt = Math.min(now + queuePauseMs(attempts, kind, world.random()), write.deadlineAt!);
  world.state.db.transaction(() => {
    store.postpone(write.number, nextAt, attempts);
    operation.annotate({ retry: retryFacts({ ...write, attempts, sentAt: now, nextAt }) });
    operation.warning(error.message, {
      code: error.code,
      retryable: true,
      retryAfter: whenText(nextAt),
      attempt: attempts,
    });
  });
}

function nextTime({ world, lookAfterMs }: SendContext, write: QueuedWrite): number {
  const outcomes = write.rows.flatMap(({ outcome, settled }) => (outcome && !settled ? [outcome] : []));
  const failures = outcomes.filter((outcome) => outcome.status === 'failure');
  const kind = failures.some(({ again }) => again === 'later') ? 'later' : 'soon';
  const retryAfterMs = Math.max(0, ...failures.map((failure) => failure.retryAfterMs ?? 0));
  const pausedAt = world.clock.now() + queuePauseMs(write.attempts, kind, world.random(), retryAfterMs);
  const lookAt = write.rows.some(isInDoubt) ? write.sentAt! + lookAfterMs : 0;
  return Math.min(Math.max(pausedAt, lookAt), write.deadlineAt!);
}

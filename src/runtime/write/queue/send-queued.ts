import { AmpError } from '../../../errors/amp-error.ts';
import { catalog } from '../../../errors/catalog.ts';
import type { InstallationRecord } from '../../../installations/installation.ts';
import type { Integration } from '../../../manifest/manifest.ts';
import type { Notifier } from '../../../notifications/notifier.ts';
import type { OperationHandle, OperationLog } from '../../../operations/operation-log.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import type { SalesforceClient } from '../../../providers/salesforce/rest/client.ts';
import type { State } from '../../../store/state.ts';
import { refusal } from '../parse-request.ts';
import { prepareWrite } from '../prepare-write.ts';
import type { RowOutcome } from '../write-outcome.ts';
import { findWriteSource, plainWriteSource } from '../write-source.ts';
import { attemptQueued } from './attempt-queued.ts';
import { queuePauseMs } from './backoff.ts';
import { countedClient } from './counted-client.ts';
import { contentOf } from './enqueue-write.ts';
import { findEvidence } from './evidence.ts';
import { failQueued, finishQueued } from './finish-queued.ts';
import type { QueueStore } from './queue-store.ts';
import type { QueuedRow, QueuedWrite, UnpreparedWrite } from './queued-write.ts';
import { isInDoubt, settleAttempt, settleEvidence } from './settle.ts';

/** What sending in the background needs of the world. `amp run`'s RuntimeWorld has all of it. */
export interface QueueWorld {
  state: State;
  clock: Clock;
  /** In [0, 1): jitter of pauses. */
  random: () => number;
  log: OperationLog;
  notifier: Notifier;
  projectId: string;
  /** Installations and their integrations as they run. */
  project: {
    installations: { get(id: string): InstallationRecord | undefined };
    integrationOf(installation: InstallationRecord): Integration | undefined;
  };
  orgs: {
    /** By OrgRecord.id. Throws `org-…`. */
    open(id: string): Promise<{ client: SalesforceClient; describe: (objectName: string) => Promise<ObjectSchema> }>;
  };
}

export interface SendContext {
  world: QueueWorld;
  store: QueueStore;
  signal: AbortSignal;
  /** A lost answer is looked for no sooner than this after its call began: the org may still be at it. */
  lookAfterMs: number;
}

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
      return prepare(context, operation, write, await org.describe(sourceOf(world, write).object.objectName));
  } catch (error) {
    return notSent(context, operation, write, error);
  }
  const client = countedClient(org.client);
  const callWorld = { client, clock: world.clock, signal: context.signal };

  let current = write;
  const doubted = write.rows.flatMap((row, at) => (isInDoubt(row) && write.way !== 'keyed' ? [at] : []));
  if (doubted.length > 0) {
    try {
      current = { ...write, rows: settleEvidence(write, await findEvidence(callWorld, write, doubted)) };
    } catch (error) {
      return notSent(context, operation, write, error);
    }
    store.save(write.number, current.rows, { nextAt: write.nextAt, apiCalls: client.apiCalls });
    tellEvidence(operation, doubted, current);
  }
  const open = current.rows.flatMap(({ settled }, at) => (settled ? [] : [at]));
  if (open.length === 0 || world.clock.now() >= write.deadlineAt!)
    return finishQueued(world, store, operation, current, client.apiCalls);

  // A create that may have been made is not made again without its key.
  const way = current.way === 'plain' && write.head.createKey && doubted.length > 0 ? 'upsert' : current.way;
  const sentAt = world.clock.now();
  current = { ...current, way, sentAt, firstSentAt: current.firstSentAt ?? sentAt, attempts: current.attempts + 1 };
  world.state.db.transaction(() => {
    store.markSending(write.number, way, sentAt);
    operation.annotate({ retry: retryFacts(current) });
    world.log.flush();
  });
  const callsBefore = client.apiCalls;
  let outcomes: readonly RowOutcome[];
  try {
    const attempt = await attemptQueued(callWorld, current, open, () => {
      current = { ...current, way: 'plain' };
      store.setWay(write.number, 'plain');
    });
    outcomes = attempt.outcomes;
  } catch (error) {
    // Thrown before anything was written: the look of a guard, the sign-in, our being told to stop.
    if (error instanceof AmpError || error === context.signal.reason)
      return notSent(context, operation, current, error);
    outcomes = write.rows.map(() => brokenStep(error));
  }
  const rows = settleAttempt(current, open, outcomes, world.clock.now());
  current = { ...current, rows };
  const apiCalls = client.apiCalls - callsBefore;
  if (rows.every(({ settled }) => settled)) {
    finishQueued(world, store, operation, current, client.apiCalls);
    return;
  }
  const nextAt = nextTime(context, current);
  world.state.db.transaction(() => {
    store.save(write.number, rows, { nextAt, apiCalls });
    operation.annotate({ retry: retryFacts({ ...current, nextAt }) });
    tellAttempt(operation, current, nextAt);
  });
}

/** A fault of ours in the middle of a call: what the org did is not known. */
const brokenStep = (error: unknown): RowOutcome => ({
  status: 'unknown',
  error: { code: 'internal-error', message: (error as Error).message },
});

/** The request becomes what is sent; its own faults end it. */
function prepare(
  { world, store }: SendContext,
  operation: OperationHandle,
  write: UnpreparedWrite,
  object: ObjectSchema,
): void {
  let result: ReturnType<typeof prepareWrite>;
  try {
    result = prepareWrite(write.request, sourceOf(world, write), object);
    if ('diagnostics' in result) throw refusal(result.diagnostics);
  } catch (error) {
    failQueued(world, store, operation, write, error);
    return;
  }
  const { prepared } = result;
  world.state.db.transaction(() => {
    for (const warning of prepared.warnings) operation.warning(warning, { subsystem: 'mapping' });
    store.prepare(write.number, contentOf(prepared, object));
    store.postpone(write.number, world.clock.now());
  });
}

function sourceOf({ project }: QueueWorld, { installationId, request }: UnpreparedWrite) {
  if (installationId === undefined) return plainWriteSource(request.objectName);
  const installation = project.installations.get(installationId)!;
  const integration = project.integrationOf(installation);
  if (integration) return findWriteSource(integration, installation, request.objectName);
  throw new AmpError({
    code: 'write-object-missing',
    message: `The integration "${installation.integration}" is not deployed.`,
  });
}

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
): void {
  const { world, store, signal } = context;
  if (signal.aborted) throw signal.reason;
  if (!(error instanceof AmpError) || !catalog[error.code]?.retryable || world.clock.now() >= write.deadlineAt!) {
    failQueued(world, store, operation, write, error);
    return;
  }
  const kind = ['salesforce-rate-limited', 'salesforce-concurrency-limited'].includes(error.code) ? 'later' : 'soon';
  const attempts = write.attempts + (write.sentAt === undefined ? 1 : 0);
  const pauseMs = queuePauseMs(Math.max(attempts, 1), kind, world.random());
  const nextAt = Math.min(world.clock.now() + pauseMs, write.deadlineAt!);
  world.state.db.transaction(() => {
    store.postpone(write.number, nextAt);
    operation.annotate({ retry: retryFacts({ ...write, nextAt }) });
    operation.warning(error.message, {
      code: error.code,
      retryable: true,
      retryAfter: whenText(nextAt),
      attempt: write.attempts,
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

export function retryFacts(write: Pick<QueuedWrite, 'attempts' | 'sentAt' | 'nextAt' | 'deadlineAt'>) {
  return {
    attempts: write.attempts,
    ...(write.sentAt === undefined ? {} : { lastAttempt: whenText(write.sentAt) }),
    nextAttempt: whenText(write.nextAt),
    ...(write.deadlineAt === undefined ? {} : { deadline: whenText(write.deadlineAt) }),
  };
}

const whenText = (at: number) => new Date(at).toISOString();

function tellAttempt(operation: OperationHandle, write: QueuedWrite, nextAt: number): void {
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

function tellEvidence(operation: OperationHandle, doubted: readonly number[], { rows }: QueuedWrite): void {
  const count = (wanted: (row: QueuedRow) => boolean) => doubted.filter((at) => wanted(rows[at]!)).length;
  const written = count(({ settled, outcome }) => settled && outcome?.status === 'success');
  const missing = count(({ settled }) => !settled);
  operation.info(
    `Looked for ${doubted.length} ${doubted.length === 1 ? 'record' : 'records'} whose answer was lost: ${written} written, ${missing} not written, ${doubted.length - written - missing} cannot be told.`,
  );
}

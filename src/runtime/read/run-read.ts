import { AmpError } from '../../errors/amp-error.ts';
import type { OperationHandle, OperationInput, OperationLog } from '../../operations/operation-log.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { countedClient } from '../../providers/salesforce/rest/counted-client.ts';
import type { State } from '../../store/state.ts';
import { beginCheckpoint } from './begin-read.ts';
import { readByBulk } from './bulk-read.ts';
import type { OutputFormat } from './encode.ts';
import { finishRead } from './finish-read.ts';
import { fingerprintOf, lockRead } from './read-identity.ts';
import { type ReadRun, ReadStore } from './read-store.ts';
import { type ReadTask, rewind } from './read-task.ts';
import type { Describe, ResolvedPlan } from './resolve-plan.ts';
import { readByRest } from './rest-read.ts';
import type { ReadSink } from './sinks/sink.ts';
import { readTombstones } from './tombstones.ts';
import { type VerifiedWindow, verifyRead } from './verify-read.ts';

export type ReadType = 'backfill' | 'scheduled' | 'triggered';

/** Everything a read works with that is not about this read. */
export interface ReadWorld {
  client: SalesforceClient;
  describe: Describe;
  state: State;
  log: OperationLog;
  clock: Clock;
  signal: AbortSignal;
  notice(text: string): void;
  /** A read that was told to stop stays in progress: the runtime goes on with it when it starts again. */
  setsAside?: boolean;
  /** Told as soon as the read has an operation. */
  onOperation?(id: string): void;
  /** Waited for before rows are read, when it can be gone on with after a restart. Answers how to give the turn back. */
  turn?(): Promise<() => void>;
  onStart?(plan: { estimate: number | undefined; api: 'rest' | 'bulk'; reason: string }): void;
  onProgress?(progress: { records: number; estimate: number | undefined }): void;
}

export interface ReadRequest {
  readType: ReadType;
  /** Owner of the watermark: the installation's id, or `org:<id>` without one. */
  scope: string;
  resolved: ResolvedPlan;
  /** Filters, as safe SOQL. */
  filters: readonly string[];
  /** Backfill: how far back; triggered: from and to. Absent ends are open. */
  period: { days?: number | undefined; fromMs?: number | undefined; toMs?: number | undefined };
  /** Scheduled: where the very first run begins; the org's time when absent. */
  firstWatermarkMs?: number | undefined;
  /** Whether a finished backfill is where scheduled reads begin: it went where they go, and left nothing out. */
  setsWatermark: boolean;
  /** Scheduled: entries for rows deleted since. */
  tombstones: boolean;
  api: 'auto' | 'rest' | 'bulk';
  format: OutputFormat;
  limit?: number | undefined;
  /** Rows of a bulk page to ask for; chosen by size when absent. */
  pageRows?: number | undefined;
  countDays: boolean;
  /** Names the place that is written to; absent when nothing can go on there (a pipe). */
  sinkKey: string | undefined;
  createSink(operationId: string): ReadSink;
  operation: Omit<OperationInput, 'action' | 'object'>;
  /** Kept with the run for `--resume`. */
  rerun: unknown;
}

export interface ReadSummary {
  operationId: string;
  status: 'success';
  object: string;
  readType: ReadType;
  api: 'rest' | 'bulk';
  records: number;
  messages: number;
  apiCalls: number;
  bytes: number;
  durationMs: number;
  recordsPerSecond: number;
  watermark?: string;
  /** Operation that was gone on with. */
  resumed?: string;
  /** Counts in the org beside what was delivered, with --verify. */
  verified?: VerifiedWindow[];
}

/**
 * Runs one read from plan to committed output: goes on with an unfinished run of the same kind, or begins one. Throws
 * `read-…`, `salesforce-…`, `org-…`; the operation then ends as failed and what was committed stays.
 */
export async function runRead(shared: ReadWorld, request: ReadRequest): Promise<ReadSummary> {
  const world = { ...shared, client: countedClient(shared.client) };
  const startedAt = performance.now();
  const store = new ReadStore(world.state.db, () => world.clock.now());
  const fingerprint = fingerprintOf(request, world.client.orgId);
  const lock = lockRead(world.state, request, fingerprint);
  try {
    const unfinished = request.sinkKey === undefined ? undefined : store.findUnfinished(fingerprint);
    if (!unfinished) return await runOnce(world, store, request, fingerprint, startedAt, undefined);
    try {
      return await runOnce(world, store, request, fingerprint, startedAt, unfinished);
    } catch (error) {
      if (!(error instanceof AmpError) || !startsOver.has(error.code)) throw error;
      world.notice(`${error.message} Starting over.`);
      // What was rewound goes on; with its output gone it is another read.
      const rewound = error.code === 'read-output-changed' ? undefined : store.findUnfinished(fingerprint);
      return await runOnce(world, store, request, fingerprint, startedAt, rewound);
    }
  } finally {
    lock.release();
  }
}

/** What an unfinished read would go on with is no longer there. */
const startsOver = new Set([
  'read-job-gone',
  'read-job-failed',
  'salesforce-cursor-expired',
  'salesforce-conflict',
  'read-output-changed',
]);

async function runOnce(
  world: ReadWorld,
  store: ReadStore,
  request: ReadRequest,
  fingerprint: string,
  startedAt: number,
  unfinished: ReadRun | undefined,
): Promise<ReadSummary> {
  const { client, log } = world;
  const { object, plan, stampColumn } = request.resolved;
  const operation = startOperation(log, request, unfinished);
  world.onOperation?.(operation.id);
  let begun = unfinished !== undefined;
  let endTurn: (() => void) | undefined;
  try {
    const callsBefore = client.apiCalls;
    const { checkpoint, reason } = unfinished
      ? { checkpoint: unfinished.checkpoint, reason: `goes on with ${unfinished.operationId}` }
      : await beginCheckpoint(world, store, request);
    const run = { id: unfinished?.id ?? operation.id, operationId: operation.id, request: request.rerun, checkpoint };
    if (unfinished) store.adopt(run.id, operation.id);
    else store.begin(run, fingerprint);
    begun = true;
    operation.annotate({ readType: request.readType, api: checkpoint.api, reason, setAside: undefined });
    operation.progress({ ...(checkpoint.estimate !== undefined && { recordsEstimated: checkpoint.estimate }) });
    for (const text of unfinished ? [] : plan.notices) operation.info(text, { subsystem: 'mapping' });
    if (unfinished) world.notice(`Going on with ${unfinished.operationId} after ${checkpoint.records} records.`);
    endTurn = await world.turn?.();
    world.onStart?.({ estimate: checkpoint.estimate, api: checkpoint.api, reason });

    const sink = request.createSink(operation.id);
    const task: ReadTask = {
      client,
      db: world.state.db,
      store,
      operation,
      sink,
      clock: world.clock,
      signal: world.signal,
      plan,
      object,
      stampColumn,
      conditions: checkpoint.conditions,
      format: request.format,
      limit: request.limit,
      pageRows: request.pageRows,
      dedupe: request.readType === 'scheduled' ? { scope: request.scope, object: object.name } : undefined,
      watermarkLimitMs: request.readType === 'scheduled' ? checkpoint.startedAtMs : undefined,
      countDays: request.countDays,
      runId: run.id,
      checkpoint,
      committing: Promise.resolve(),
      apiCallsBefore: checkpoint.apiCalls - callsBefore,
      onProgress: (at) => world.onProgress?.({ records: at.records, estimate: at.estimate }),
      notice: world.notice,
    };
    await sink.open(checkpoint.offset);
    try {
      // Counted after the watermark was decided: what came since belongs to the next run.
      if (checkpoint.estimate !== 0 || request.readType !== 'scheduled') await readRows(task, request);
      if (request.readType === 'scheduled' && request.tombstones) await readTombstones(task, checkpoint.fromMs);
      await task.committing;
    } finally {
      // Also after a failure: the step on its way is whole, and worth keeping.
      await task.committing.catch(() => {});
      await sink.close();
    }
    const verified =
      request.countDays && stampColumn
        ? await verifyRead({
            client,
            object: object.name,
            stampColumn,
            checkpoint: task.checkpoint,
            signal: world.signal,
          })
        : undefined;
    return { ...finishRead(world.log, task, request, startedAt, unfinished), ...(verified && { verified }) };
  } catch (error) {
    // `amp backfill contact | head`: the reader has what it wanted, nobody has to look into it.
    if (error instanceof AmpError && error.code === 'output-closed') operation.succeed('Stopped: stdout was closed.');
    else if (world.setsAside && world.signal.aborted) {
      if (begun) {
        operation.annotate({ setAside: true });
        operation.setAside();
      } else operation.unknown('Stopped before anything was read.');
    } else operation.fail(error);
    throw error;
  } finally {
    endTurn?.();
  }
}

async function readRows(task: ReadTask, request: ReadRequest): Promise<void> {
  try {
    await readByApi(task, request);
  } catch (error) {
    if (error instanceof AmpError && spoilsRead.has(error.code)) await rewind(task);
    throw error;
  }
}

/** After these the place a read had come to is worth nothing: going on there would fail, or end well with rows missing. */
const spoilsRead = new Set([
  'read-job-gone',
  'read-job-failed',
  'read-count-mismatch',
  'salesforce-cursor-expired',
  'salesforce-conflict',
  'salesforce-version-retired',
]);

async function readByApi(task: ReadTask, request: ReadRequest): Promise<void> {
  if (task.checkpoint.api === 'rest') return readByRest(task);
  try {
    await readByBulk(task, request.resolved.objectOfId);
  } catch (error) {
    if (!(error instanceof AmpError) || error.code !== 'read-bulk-refused' || request.api === 'bulk') throw error;
    task.notice(`${error.message} Reading by REST instead.`);
    task.operation.warning(`${error.message} Reading by REST instead.`, { subsystem: 'provider' });
    task.checkpoint.api = 'rest';
    await readByRest(task);
  }
}

function startOperation(log: OperationLog, request: ReadRequest, unfinished: ReadRun | undefined): OperationHandle {
  const reopened = unfinished && log.reopen(unfinished.operationId);
  if (reopened) return reopened;
  return log.start({
    ...request.operation,
    action: 'read',
    object: request.resolved.object.name,
    ...(unfinished && { parentId: unfinished.operationId }),
    metadata: { ...request.operation.metadata, readType: request.readType },
  });
}

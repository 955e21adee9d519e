import { AmpError } from '../../errors/amp-error.ts';
import type { OperationHandle, OperationInput, OperationLog } from '../../operations/operation-log.ts';
import type { Clock } from '../../platform/clock.ts';
import { countOf } from '../../platform/group-digits.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { countedClient } from '../../providers/salesforce/rest/counted-client.ts';
import { windowConditions } from '../../providers/salesforce/soql/conditions.ts';
import type { State } from '../../store/state.ts';
import { chooseApi } from './api-choice.ts';
import { readByBulk } from './bulk-read.ts';
import type { OutputFormat } from './encode.ts';
import { endLeftBehind } from './left-behind.ts';
import { countRows, fetchCoveredUntil, fetchOrgTime } from './org-time.ts';
import { fingerprintOf, lockRead } from './read-identity.ts';
import { type Checkpoint, type ReadRun, ReadStore, scheduledFor } from './read-store.ts';
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

/** Read again before the watermark: rows become visible when their transaction ends, with the stamp of its beginning. */
const overlapMs = 10 * 60_000;

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
    return { ...finish(world.log, task, request, startedAt, unfinished), ...(verified && { verified }) };
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

/** Decides window, API and estimate once; a resumed run keeps the decision. */
async function beginCheckpoint(
  world: ReadWorld,
  store: ReadStore,
  request: ReadRequest,
): Promise<{ checkpoint: Checkpoint; reason: string }> {
  const { client, signal } = world;
  const { object, stampColumn } = request.resolved;
  const orgNow = await fetchOrgTime(client, signal);
  const fromMs = lowerBound(request, store, orgNow);
  const movesWatermark = request.readType !== 'triggered' && stampColumn !== undefined;
  const startedAtMs = movesWatermark ? await fetchCoveredUntil(client, object.name, orgNow, signal) : orgNow;
  const bounded = fromMs !== undefined || request.period.toMs !== undefined;
  if (bounded && stampColumn === undefined) throw withoutStamp(object.name);
  const window = stampColumn ? windowConditions(stampColumn, { fromMs, toMs: request.period.toMs }) : [];
  const conditions = [...request.filters, ...window];
  const counted = await countRows(client, object.name, conditions, signal);
  const estimate = counted === undefined ? request.limit : Math.min(counted, request.limit ?? counted);
  const { api, reason } = chooseApi({ forced: request.api, estimate });
  const checkpoint: Checkpoint = {
    api,
    conditions,
    fromMs,
    ...(request.readType === 'scheduled' && { scheduledFor: scheduledFor(request.scope, object.name) }),
    startedAtMs,
    estimate,
    records: 0,
    messages: 0,
    bytes: 0,
    apiCalls: 0,
    offset: 0,
  };
  return { checkpoint, reason };
}

function lowerBound(request: ReadRequest, store: ReadStore, orgNow: number): number | undefined {
  const { period } = request;
  if (request.readType === 'triggered') return period.fromMs;
  // No org is older than 1970, and SOQL knows no years before 1000.
  if (request.readType === 'backfill')
    return period.days === undefined ? undefined : Math.max(0, orgNow - period.days * 86_400_000);
  const { name } = request.resolved.object;
  const watermark = store.watermark(request.scope, name);
  const usual = watermark ? watermark.stampMs - overlapMs : (request.firstWatermarkMs ?? orgNow);
  // An unfinished read has moved the watermark over its rows, but had perhaps not come to what was deleted.
  const left = store.findUnfinishedScheduled(request.scope, name).map(({ checkpoint }) => checkpoint.fromMs ?? usual);
  return Math.min(usual, ...left);
}

function finish(
  log: OperationLog,
  task: ReadTask,
  request: ReadRequest,
  startedAt: number,
  unfinished: ReadRun | undefined,
): ReadSummary {
  const { checkpoint, store, operation, stampColumn } = task;
  const object = task.object.name;
  checkpoint.apiCalls = task.apiCallsBefore + task.client.apiCalls;
  task.db.transaction(() => {
    store.save(task.runId, checkpoint);
    store.end(task.runId, 'done');
    if (stampColumn) {
      const to = { column: stampColumn, stampMs: checkpoint.startedAtMs, operationId: operation.id };
      const first = store.watermark(request.scope, object) === undefined;
      if (request.readType === 'scheduled' || (request.setsWatermark && first)) {
        store.advanceWatermark(request.scope, object, to);
      }
      if (request.readType === 'scheduled') {
        // Gone on with later, they would tell again what this one has covered.
        for (const { id } of store.findUnfinishedScheduled(request.scope, object)) store.end(id, 'abandoned');
        store.forgetSeenBefore(request.scope, object, checkpoint.startedAtMs - overlapMs);
      }
    }
    const watermark = store.watermark(request.scope, object)?.stampMs;
    operation.annotate({ ...(watermark !== undefined && { watermark: new Date(watermark).toISOString() }) });
    operation.progress({
      records: checkpoint.records,
      messages: checkpoint.messages,
      apiCalls: checkpoint.apiCalls,
      bytes: checkpoint.bytes,
    });
    const { installationId } = request.operation;
    if (installationId !== undefined)
      endLeftBehind({ db: task.db, log, store }, operation, { installationId, object, readType: request.readType });
    operation.succeed(resultText(checkpoint, object));
  });
  const durationMs = Math.round(performance.now() - startedAt);
  const watermark = store.watermark(request.scope, object);
  return {
    operationId: operation.id,
    status: 'success',
    object,
    readType: request.readType,
    api: checkpoint.api,
    records: checkpoint.records,
    messages: checkpoint.messages,
    apiCalls: checkpoint.apiCalls,
    bytes: checkpoint.bytes,
    durationMs,
    recordsPerSecond: Math.round((checkpoint.records * 1000) / Math.max(durationMs, 1)),
    ...(watermark && { watermark: new Date(watermark.stampMs).toISOString() }),
    ...(unfinished && { resumed: unfinished.operationId }),
  };
}

function resultText(checkpoint: Checkpoint, object: string): string {
  if (checkpoint.records === 0) return `Nothing new: no ${object} record to deliver.`;
  const messages = checkpoint.messages > 0 ? ` in ${countOf(checkpoint.messages, 'message')}` : '';
  return `${countOf(checkpoint.records, `${object} record`)}${messages}.`;
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

function withoutStamp(object: string): AmpError {
  return new AmpError({
    code: 'read-period-missing',
    message: `${object} has no SystemModstamp, LastModifiedDate or CreatedDate, so it cannot be read by time.`,
    hint: 'Read all of it with --full, or name a datetime field with --watermark.',
  });
}

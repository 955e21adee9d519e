import type { FieldPlan } from '../../mapping/field-plan.ts';
import type { JsonObject } from '../../mapping/json.ts';
import type { ObjectShape } from '../../mapping/object-shape.ts';
import type { OperationHandle } from '../../operations/operation-log.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import type { Database } from '../../store/database.ts';
import type { OutputFormat } from './encode.ts';
import type { Checkpoint, ReadStore, RecordVersion } from './read-store.ts';
import type { ReadSink, SinkStep } from './sinks/sink.ts';

/** One read at work: what to ask for, where it goes, how far it is. */
export interface ReadTask {
  client: SalesforceClient;
  db: Database;
  store: ReadStore;
  operation: OperationHandle;
  sink: ReadSink;
  clock: Clock;
  signal: AbortSignal;
  plan: FieldPlan;
  object: ObjectShape;
  /** SystemModstamp, or what the object has instead; undefined when it has none. */
  stampColumn: string | undefined;
  /** Filters and window, safe SOQL. */
  conditions: readonly string[];
  format: OutputFormat;
  limit: number | undefined;
  /** Rows of a bulk page; chosen by size when undefined. */
  pageRows: number | undefined;
  /** Scheduled reads leave out versions that went out before, and remember what goes out now. */
  dedupe: { scope: string; object: string } | undefined;
  /** Scheduled reads move the watermark with each page, up to here. */
  watermarkLimitMs: number | undefined;
  /** Count rows by day of their stamp, for --verify. */
  countDays: boolean;
  runId: string;
  checkpoint: Checkpoint;
  /** The step that is being made durable and committed. */
  committing: Promise<void>;
  /** Calls of the processes before this one. */
  apiCallsBefore: number;
  onProgress(checkpoint: Checkpoint): void;
  notice(text: string): void;
}

/**
 * Ends a step: what was written is made durable and committed together with the position it belongs to, while the next step
 * is read. `move` changes the checkpoint. At most one step is on its way; its failure comes with the next one, or when the
 * last `committing` is awaited. This is the one place where a read moves on.
 */
export async function commitStep(
  task: ReadTask,
  move: (checkpoint: Checkpoint) => void,
  versions: readonly RecordVersion[] = [],
): Promise<void> {
  const step = task.sink.endStep();
  const checkpoint = { ...task.checkpoint, offset: step.offset };
  move(checkpoint);
  checkpoint.messages += step.messages.length;
  await task.committing;
  task.checkpoint = checkpoint;
  task.committing = commit(task, step, checkpoint, versions);
  task.committing.catch(() => {});
  // What was seen must be known before the next page is looked at.
  if (task.dedupe) await task.committing;
}

async function commit(
  task: ReadTask,
  step: SinkStep,
  checkpoint: Checkpoint,
  versions: readonly RecordVersion[],
): Promise<void> {
  await task.sink.flush();
  task.db.transaction(() => {
    task.sink.commit(step);
    checkpoint.apiCalls = task.apiCallsBefore + task.client.apiCalls;
    if (task.dedupe) task.store.markSeen(task.dedupe.scope, task.dedupe.object, versions);
    advanceWatermark(task, checkpoint);
    task.store.save(task.runId, checkpoint);
    task.operation.progress({
      records: checkpoint.records,
      messages: checkpoint.messages,
      apiCalls: checkpoint.apiCalls,
      bytes: checkpoint.bytes,
    });
  });
  task.onProgress(checkpoint);
}

/**
 * Back to the beginning of the same window, with another query or job. A read that remembers what went out keeps its output
 * and leaves those rows out; any other one writes its output anew.
 */
export async function rewind(task: ReadTask): Promise<void> {
  await task.committing.catch(() => {});
  const { bulk: _bulk, position: _position, ...kept } = task.checkpoint;
  if (!task.dedupe) {
    Object.assign(kept, { records: 0, messages: 0, bytes: 0, offset: 0 });
    delete kept.days;
  }
  task.checkpoint = kept;
  task.db.transaction(() => task.store.save(task.runId, kept));
}

/** Rows come in order, so everything up to the last one is out: a killed scheduled read does not begin again. */
function advanceWatermark(task: ReadTask, checkpoint: Checkpoint): void {
  const { dedupe, stampColumn, watermarkLimitMs, store, operation } = task;
  const reachedMs = checkpoint.position?.stampMs;
  if (!dedupe || !stampColumn || watermarkLimitMs === undefined || reachedMs === undefined) return;
  const stampMs = Math.min(reachedMs, watermarkLimitMs);
  store.advanceWatermark(dedupe.scope, dedupe.object, { column: stampColumn, stampMs, operationId: operation.id });
}

/** Id and stamp of a record, which name its version. */
export function versionOf(record: JsonObject, stampColumn: string | undefined, deleted = false): RecordVersion {
  const stampMs = stampColumn === undefined ? undefined : stampOf(record[stampColumn]);
  return { id: String(record.Id), stampMs: stampMs ?? 0, deleted };
}

/** Milliseconds of `2024-09-10T13:57:45.000+0000`; undefined for what is no time. */
export function stampOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : ms;
}

export function addDays(checkpoint: Checkpoint, days: ReadonlyMap<string, number>): void {
  checkpoint.days = { ...checkpoint.days };
  for (const [day, rows] of days) checkpoint.days[day] = (checkpoint.days[day] ?? 0) + rows;
}

import type { OperationLog } from '../../operations/operation-log.ts';
import { countOf } from '../../platform/group-digits.ts';
import { overlapMs } from './begin-read.ts';
import { endLeftBehind } from './left-behind.ts';
import type { Checkpoint, ReadRun } from './read-store.ts';
import type { ReadTask } from './read-task.ts';
import type { ReadRequest, ReadSummary } from './run-read.ts';

/** Everything is out: the run, its watermark and its operation end in one transaction. */
export function finishRead(
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

import type { AmpError } from '../../../errors/amp-error.ts';
import { catalog } from '../../../errors/catalog.ts';
import type { OperationLog } from '../../../operations/operation-log.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Describer } from '../../../providers/salesforce/describe/describer.ts';
import type { ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import type { State } from '../../../store/state.ts';
import { refusal } from '../parse-request.ts';
import { prepareWrite } from '../prepare-write.ts';
import type { PreparedWrite } from '../prepared.ts';
import { startWriteOperation, type WriteOwner } from '../write-operation.ts';
import { deadlineHours, mostBatchRecords, type WriteRequest } from '../write-request.ts';
import { contentOf } from './queue-content.ts';
import { createQueueStore, type PreparedContent, type QueueStore } from './queue-store.ts';

export interface EnqueueWorld {
  state: State;
  clock: Clock;
  log: OperationLog;
  describe: Describer['object'];
}

export interface QueuedReceipt {
  operationId: string;
  /** Records of the operation so far; more than one's own when records are gathered. */
  records: number;
  /** ISO times: when it is given up, and of gathered records when they are sent at the latest. */
  deadline?: string;
  sentBy?: string;
  warnings: string[];
}

/** An operation id comes within a second, also when the org does not answer: then the schema is asked for later. */
const schemaWaitMs = 500;

/**
 * Accepts an asynchronous write: one transaction with the operation, the records and the deadline. What is wrong with the
 * request is told now when the org's schema is at hand, else by the operation. Throws `write-…` (with `diagnostics`),
 * `org-…`, `store-…`.
 */
export async function enqueueWrite(
  world: EnqueueWorld,
  owner: WriteOwner,
  request: WriteRequest,
): Promise<QueuedReceipt> {
  const { state, clock, log } = world;
  const object = await schemaSoon(world, owner);
  const prepared = object && prepareOrRefuse(log, owner, request, object);
  const content = prepared && object ? contentOf(prepared, object) : undefined;
  const warnings = [...request.notices, ...(prepared?.warnings ?? [])];
  const store = createQueueStore(state.db);
  return state.db.transaction(() => {
    const now = clock.now();
    if (request.autoBatchPolicy) return gather(world, store, owner, request, content, warnings, now);
    const rows = content?.rows.length ?? countOf(request);
    const operation = startWriteOperation(log, owner, {
      ...request,
      object: content?.head.object ?? owner.source.object.objectName,
      changes: rows,
    });
    for (const warning of warnings) operation.warning(warning, { subsystem: 'mapping' });
    const retryHours = request.retryPolicy?.deadlineHours ?? deadlineHours.usual;
    const deadline = new Date(now + retryHours * 3_600_000).toISOString();
    operation.annotate({ queued: true, retry: { attempts: 0, nextAttempt: new Date(now).toISOString(), deadline } });
    store.add(
      { ...ownerOf(owner, request), operation: operation.id, content: content ?? { request }, retryHours, nextAt: now },
      now,
    );
    operation.setAside();
    return { operationId: operation.id, records: rows, deadline, warnings };
  });
}

/** Joins the records that wait for the same call, or begins to gather. A hundred go at once. */
function gather(
  world: EnqueueWorld,
  store: QueueStore,
  owner: WriteOwner,
  request: WriteRequest,
  content: PreparedContent | undefined,
  warnings: string[],
  now: number,
): QueuedReceipt {
  const { maxDelayMinutes, retryDeadlineHours } = request.autoBatchPolicy!;
  const item = request.records.kind === 'record' ? request.records.record : request.records.batch[0]!;
  const gatherKey = gatherKeyOf(owner, request, content);
  const open = store.findGathering(gatherKey);
  const isSecond = open !== undefined && content !== undefined && store.changesSame(open.number, content.rows[0]!);
  // The next call for the record: what is gathered goes before it.
  if (isSecond) store.release(open.number, now);
  if (open && !isSecond) {
    store.join(open.number, content ? { row: content.rows[0]! } : { item });
    const records = open.rows + 1;
    const lines = world.log.linesOf(open.operation);
    for (const warning of warnings) lines?.warning(warning, { subsystem: 'mapping' });
    if (records >= mostBatchRecords) {
      store.release(open.number, now);
      lines?.info(`${records} records are together: they go now.`);
    }
    return { operationId: open.operation, records, warnings };
  }
  // Records of several callers: one that fails must not take the others with it.
  const shared = { ...request, allOrNone: false };
  const operation = startWriteOperation(world.log, owner, {
    ...request,
    object: content?.head.object ?? owner.source.object.objectName,
  });
  for (const warning of warnings) operation.warning(warning, { subsystem: 'mapping' });
  const sentBy = now + maxDelayMinutes * 60_000;
  const stamp = new Date(sentBy).toISOString();
  operation.annotate({ queued: true, autoBatch: { sentBy: stamp } });
  store.add(
    {
      ...ownerOf(owner, request),
      operation: operation.id,
      content: content
        ? // One of many: the key of a single create would not hold for the call they share.
          { ...content, way: 'plain', head: { ...content.head, allOrNone: false } }
        : { request: shared },
      retryHours: retryDeadlineHours,
      gatherKey,
      nextAt: sentBy,
    },
    now,
  );
  operation.setAside();
  return { operationId: operation.id, records: 1, sentBy: stamp, warnings };
}

/** Installation (or org), object, type and whatever else one call has once for all its records. The first one's delay counts. */
function gatherKeyOf({ source, org }: WriteOwner, request: WriteRequest, content: PreparedContent | undefined): string {
  const { head } = content ?? {};
  return JSON.stringify([
    org.id,
    source.installation?.id ?? null,
    head?.object ?? `?${request.objectName.toLowerCase()}`,
    request.type,
    head?.keyField ?? request.externalIdField ?? null,
    head?.createKey?.field ?? null,
    Object.entries(request.headers).sort(),
  ]);
}

function ownerOf({ source, org }: WriteOwner, request: WriteRequest) {
  return {
    org: org.id,
    installationId: source.installation?.id,
    objectName: source.read?.mapToName ?? request.objectName,
  };
}

function countOf({ records }: WriteRequest): number {
  return records.kind === 'record' ? 1 : records.batch.length;
}

/**
 * The schema if the org tells it soon; undefined when it is slow, or cannot be asked just now. Throws what will not pass. A
 * manifest that is not deployed for a customer would not be found later, so its write waits for the schema.
 */
async function schemaSoon(world: EnqueueWorld, { source }: WriteOwner): Promise<ObjectSchema | undefined> {
  const { objectName } = source.object;
  if (source.integration && !source.installation) return world.describe(objectName);
  const describing = world.describe(objectName, { retry: 'once' });
  // Answered or not, a late failure is nobody's.
  describing.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), schemaWaitMs);
  });
  try {
    return await Promise.race([describing, late]);
  } catch (error) {
    if (catalog[(error as AmpError).code]?.retryable) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function prepareOrRefuse(
  log: OperationLog,
  owner: WriteOwner,
  request: WriteRequest,
  object: ObjectSchema,
): PreparedWrite {
  try {
    const result = prepareWrite(request, owner.source, object);
    if ('diagnostics' in result) throw refusal(result.diagnostics);
    return result.prepared;
  } catch (error) {
    startWriteOperation(log, owner, { ...request, object: object.name }).fail(error);
    throw error;
  }
}

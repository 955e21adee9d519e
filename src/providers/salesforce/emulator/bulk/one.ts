import { SalesforceFault } from '../org.ts';
import type { Answer, Call } from '../server/call.ts';
import { open, type Route } from '../server/router.ts';
import { requireSession } from '../server/run-call.ts';
import type { World } from '../world.ts';
import { runBatchOne } from './one-batch.ts';
import { answerException, answerInfo, answerResultList, readInfo } from './one-format.ts';
import { type BatchOne, batchInfo, type JobOne, jobInfo, refused } from './one-job.ts';

/**
 * The minimum of Bulk API 1.0 that clients still use: jobs with CSV or JSON batches of up to 10,000 rows, worked off as they
 * come, results by batch. Queries are one batch with one result. There is no serial mode and no PK chunking.
 */
const operations = ['insert', 'update', 'upsert', 'delete', 'hardDelete', 'query', 'queryAll'];
type Handler = (call: Call, world: World) => Answer;

const route = (method: string, path: string, handle: Handler): Route =>
  open(method, `/services/async/:apiVersion${path}`, (call, world) => {
    try {
      call.session = requireSession(call, world);
      world.usage.count();
      call.version = call.params.apiVersion!;
      return handle(call, world);
    } catch (error) {
      if (!(error instanceof SalesforceFault)) throw error;
      const code = error.status === 401 ? 'InvalidSessionId' : error.errorCode;
      return answerException(call, error.status === 401 ? 401 : 400, code, error.message);
    }
  });

function createJob(call: Call, world: World): Answer {
  const { operation, object, externalIdFieldName, contentType = 'XML' } = readInfo(call);
  const name = world.org.schema.objectName(object ?? '');
  if (!operations.includes(operation ?? '')) throw refused('InvalidJob', `Unknown operation: ${operation}`);
  if (name === undefined) throw refused('InvalidJob', `Unable to find object: ${object}`);
  if (contentType !== 'CSV' && contentType !== 'JSON')
    throw refused('InvalidJob', `Content type ${contentType} is not served`);
  const job: JobOne = {
    id: world.bulk.newId(),
    operation: operation!,
    object: name,
    ...(externalIdFieldName ? { externalIdFieldName } : {}),
    contentType,
    state: 'Open',
    createdById: call.session!.userId,
    createdAt: world.org.clock.now(),
    apiVersion: call.version,
    batches: [],
  };
  world.bulkOneJobs.set(job.id, job);
  return answerInfo(call, 'jobInfo', jobInfo(job), 201);
}

function changeJob(call: Call, world: World): Answer {
  const job = findJob(call, world);
  const { state } = readInfo(call);
  if (state !== 'Closed' && state !== 'Aborted') throw refused('InvalidJobState', `Invalid state: ${state}`);
  job.state = state;
  return answerInfo(call, 'jobInfo', jobInfo(job));
}

function addBatch(call: Call, world: World): Answer {
  const job = findJob(call, world);
  if (job.state !== 'Open') throw refused('InvalidJobState', `Job is ${job.state}`);
  const batch = runBatchOne(call, world, job);
  world.usage.add('DailyBulkApiBatches', 1);
  job.batches.push(batch);
  return answerInfo(call, 'batchInfo', batchInfo(job, batch), 201);
}

function findJob(call: Call, world: World): JobOne {
  const job = world.bulkOneJobs.get(call.params.job!);
  if (!job) throw refused('InvalidJob', `Unable to find job for id: ${call.params.job}`);
  return job;
}

function findBatch(call: Call, world: World): { job: JobOne; batch: BatchOne } {
  const job = findJob(call, world);
  const batch = job.batches.find(({ id }) => id === call.params.batch);
  if (!batch) throw refused('InvalidBatch', `Unable to find batch for id: ${call.params.batch}`);
  return { job, batch };
}

function showResult(call: Call, world: World): Answer {
  const { job, batch } = findBatch(call, world);
  if (batch.resultId !== undefined && call.params.result === undefined) return answerResultList(call, [batch.resultId]);
  const type = job.contentType === 'CSV' ? 'text/csv' : 'application/json;charset=UTF-8';
  return { status: 200, headers: { 'content-type': type }, bytes: batch.result };
}

export const bulkOneRoutes: Route[] = [
  route('POST', '/job', createJob),
  route('GET', '/job/:job', (call, world) => answerInfo(call, 'jobInfo', jobInfo(findJob(call, world)))),
  route('POST', '/job/:job', changeJob),
  route('POST', '/job/:job/batch', addBatch),
  route('GET', '/job/:job/batch', (call, world) => {
    const job = findJob(call, world);
    return answerInfo(
      call,
      'batchInfo',
      job.batches.map((batch) => batchInfo(job, batch)),
    );
  }),
  route('GET', '/job/:job/batch/:batch', (call, world) => {
    const { job, batch } = findBatch(call, world);
    return answerInfo(call, 'batchInfo', batchInfo(job, batch));
  }),
  route('GET', '/job/:job/batch/:batch/result', showResult),
  route('GET', '/job/:job/batch/:batch/result/:result', showResult),
];

import { SalesforceFault } from '../org.ts';
import { objectOf } from '../rest/describe.ts';
import { writeOptions } from '../rest/write.ts';
import { type Answer, type Call, objectBody } from '../server/call.ts';
import { exactNumber } from '../server/json.ts';
import { isMultipart, readMultipart } from '../server/multipart.ts';
import type { World } from '../world.ts';
import { checkVersion, csvFormat, formatFields, type IngestJob, invalidJob, jobHead } from './jobs.ts';
import { runIngest } from './run-ingest.ts';

const operations = ['insert', 'update', 'upsert', 'delete', 'hardDelete'];
const maxUploadBytes = 150 * 1024 * 1024;

/** `POST /jobs/ingest`; a multipart body brings the data along and starts the job at once. */
export function createIngestJob(call: Call, world: World): Answer {
  const parts = isMultipart(call) ? readMultipart(call) : undefined;
  const body = parts ? JSON.parse(parts[0]!.body.toString('utf8')) : objectBody(call);
  const { operation, externalIdFieldName, assignmentRuleId } = body;
  if (!operations.includes(String(operation))) throw invalidJob(`Unsupported operation: ${String(operation)}`);
  if (typeof body.object !== 'string') throw invalidJob('No object was given');
  if (operation === 'upsert' && typeof externalIdFieldName !== 'string') {
    throw invalidJob('External ID field name is required for upsert');
  }
  const now = world.org.clock.now();
  const job = world.bulk.add<IngestJob>({
    kind: 'ingest',
    id: world.bulk.newId(),
    operation: operation as IngestJob['operation'],
    object: supportedObject(call, world, body.object),
    createdById: call.session!.userId,
    createdAt: now,
    modifiedAt: now,
    state: 'Open',
    apiVersion: call.version,
    ...formatFields(body),
    ...(typeof externalIdFieldName === 'string' ? { externalIdFieldName } : {}),
    ...(typeof assignmentRuleId === 'string' ? { assignmentRuleId } : {}),
    changeOrigin: writeOptions(call, 'bulkapi').changeOrigin,
    upload: undefined,
    uploaded: false,
    processed: 0,
    failed: 0,
    processingMs: 0,
    results: { header: '', successful: [], failed: [], unprocessed: [] },
  });
  if (parts?.[1]) {
    takeUpload(job, parts[1].body);
    startJob(job, call, world);
  }
  return { status: 200, json: describeIngestJob(job) };
}

function supportedObject(call: Call, world: World, name: string): string {
  try {
    return objectOf(call, world, name);
  } catch {
    throw new SalesforceFault(400, 'INVALIDENTITY', `Entity '${name}' is not supported by the Bulk API.`);
  }
}

/** `PUT …/batches`: once per job, 201 and empty. */
export function uploadBatch(call: Call, world: World): Answer {
  const job = openJob(call, world);
  if (job.uploaded) throw new SalesforceFault(400, 'INVALIDJOBSTATE', 'The data of this job was uploaded already');
  takeUpload(job, call.body);
  return { status: 201, bytes: '' };
}

function takeUpload(job: IngestJob, bytes: Buffer): void {
  if (Math.ceil(bytes.length / 3) * 4 > maxUploadBytes) {
    throw new SalesforceFault(413, 'ExceededQuota', 'The uploaded data is larger than 150 MB as base64');
  }
  job.upload = bytes;
  job.uploaded = true;
}

/** `PATCH {"state":"UploadComplete"|"Aborted"}`. */
export function changeIngestJob(call: Call, world: World): Answer {
  const { state } = objectBody(call);
  const job = world.bulk.find('ingest', call.params.id!);
  checkVersion(call, job);
  if (state === 'Aborted') {
    if (job.state === 'JobComplete' || job.state === 'Failed') throw wrongState(job);
    job.state = 'Aborted';
    job.upload = undefined;
    job.modifiedAt = world.org.clock.now();
  } else if (state === 'UploadComplete') {
    if (job.state !== 'Open') throw wrongState(job);
    startJob(job, call, world);
  } else throw invalidJob(`Invalid state: ${String(state)}`);
  const { contentUrl: _url, lineEnding: _ending, columnDelimiter: _delimiter, ...shown } = describeIngestJob(job);
  return { status: 200, json: shown };
}

function startJob(job: IngestJob, call: Call, world: World): void {
  job.state = 'UploadComplete';
  job.modifiedAt = world.org.clock.now();
  const { forced } = call;
  // The answer to this call still says UploadComplete.
  setImmediate(() => {
    if (job.state !== 'UploadComplete') return;
    job.state = 'InProgress';
    runIngest(job, world, forced).catch((error: unknown) => {
      job.state = 'Failed';
      job.errorMessage = `Emulator error: ${(error as Error).message}`;
      world.onInternalError(error);
    });
  });
}

export function showIngestJob(call: Call, world: World): Answer {
  return { status: 200, json: describeIngestJob(world.bulk.find('ingest', call.params.id!)) };
}

export function dropIngestJob(call: Call, world: World): Answer {
  const job = world.bulk.find('ingest', call.params.id!);
  if (job.state === 'InProgress') throw wrongState(job);
  world.bulk.remove(job);
  return { status: 204 };
}

/** Before the end: where to upload. Afterwards: type and counters. */
export function describeIngestJob(job: IngestJob): Record<string, unknown> {
  const ended = job.state === 'JobComplete' || job.state === 'Failed' || job.state === 'Aborted';
  return {
    ...jobHead(job),
    ...(job.externalIdFieldName === undefined ? {} : { externalIdFieldName: job.externalIdFieldName }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: exactNumber(job.apiVersion),
    ...(job.state === 'Open' ? { contentUrl: `services/data/v${job.apiVersion}/jobs/ingest/${job.id}/batches` } : {}),
    ...(job.assignmentRuleId === undefined ? {} : { assignmentRuleId: job.assignmentRuleId }),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    ...(ended || job.state === 'InProgress'
      ? {
          jobType: 'V2Ingest',
          numberRecordsProcessed: job.processed,
          numberRecordsFailed: job.failed,
          retries: 0,
          totalProcessingTime: job.processingMs,
          apiActiveProcessingTime: job.processingMs,
          apexProcessingTime: 0,
        }
      : {}),
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
}

type ResultKind = 'successful' | 'failed' | 'unprocessed';
const resultColumns: Record<ResultKind, string[]> = {
  successful: ['sf__Id', 'sf__Created'],
  failed: ['sf__Id', 'sf__Error'],
  unprocessed: [],
};

/** `successfulResults`, `failedResults`, `unprocessedrecords`: our columns quoted, the original header as it came. */
export const readIngestResults =
  (kind: ResultKind) =>
  (call: Call, world: World): Answer => {
    const job = world.bulk.find('ingest', call.params.id!);
    checkVersion(call, job);
    if (job.state !== 'JobComplete' && job.state !== 'Failed' && job.state !== 'Aborted') throw wrongState(job);
    const { delimiter, lineEnding } = csvFormat(job);
    const own = resultColumns[kind].map((name) => `"${name}"`);
    const header = [...own, job.results.header].filter(Boolean).join(delimiter);
    const rows = job.results[kind];
    return {
      status: 200,
      headers: { 'content-type': 'text/csv' },
      chunks: () => resultChunks(header, rows, lineEnding),
    };
  };

function* resultChunks(header: string, rows: string[], lineEnding: string): Iterable<Buffer> {
  yield Buffer.from(header + lineEnding);
  for (let at = 0; at < rows.length; at += 2000) {
    yield Buffer.from(rows.slice(at, at + 2000).join(lineEnding) + lineEnding);
  }
}

function openJob(call: Call, world: World): IngestJob {
  const job = world.bulk.find('ingest', call.params.id!);
  checkVersion(call, job);
  if (job.state !== 'Open') throw wrongState(job);
  return job;
}

const wrongState = (job: IngestJob) =>
  new SalesforceFault(400, 'INVALIDJOBSTATE', `Job is in state ${job.state}; the operation is not allowed`);

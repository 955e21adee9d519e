import { SalesforceFault } from '../org.ts';
import { type Answer, type Call, objectBody } from '../server/call.ts';
import { exactNumber } from '../server/json.ts';
import type { World } from '../world.ts';
import { checkVersion, formatFields, invalidJob, jobHead, type QueryJob } from './jobs.ts';
import { makeLocator, readLocator } from './result-locators.ts';

/** `POST /jobs/query`: checks the query, then answers 200 with the job in UploadComplete. */
export function createQueryJob(call: Call, world: World): Answer {
  const body = objectBody(call);
  const { operation, query } = body;
  if (operation !== 'query' && operation !== 'queryAll')
    throw invalidJob(`Unsupported operation: ${String(operation)}`);
  if (typeof query !== 'string' || query.trim() === '') throw invalidJob('No query was given');
  const now = world.org.clock.now();
  const cursor = world.org.query(query, {
    userId: call.session!.userId,
    apiVersion: call.version,
    includeDeleted: operation === 'queryAll',
    bulk: true,
  });
  const job = world.bulk.add<QueryJob>({
    kind: 'query',
    id: world.bulk.newId(),
    operation,
    query,
    object: cursor.object,
    createdById: call.session!.userId,
    createdAt: now,
    modifiedAt: now,
    state: 'UploadComplete',
    apiVersion: call.version,
    ...formatFields(body),
    cursor,
    locators: new Map(),
    pollsLeft: world.settings.bulkPolls,
    processingMs: 0,
  });
  world.usage.add('DailyBulkV2QueryJobs', 1);
  return { status: 200, json: describeCreated(job) };
}

function describeCreated(job: QueryJob): Record<string, unknown> {
  return {
    ...jobHead(job),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: exactNumber(job.apiVersion),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}

/** A polled job: with its type and counters. */
export function describeQueryJob(job: QueryJob): Record<string, unknown> {
  return {
    ...jobHead(job),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: exactNumber(job.apiVersion),
    jobType: 'V2Query',
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    numberRecordsProcessed: job.state === 'JobComplete' ? job.cursor!.totalSize : 0,
    retries: 0,
    totalProcessingTime: job.processingMs,
    isPkChunkingSupported: isChunked(job),
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
}

export function showQueryJob(call: Call, world: World): Answer {
  const job = world.bulk.find('query', call.params.id!);
  advance(job, world);
  return { status: 200, json: describeQueryJob(job) };
}

/** Each poll moves an unfinished job one step on. */
function advance(job: QueryJob, world: World): void {
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return;
  const now = world.org.clock.now();
  job.state = job.pollsLeft > 0 ? 'InProgress' : 'JobComplete';
  if (job.state === 'JobComplete' && !isChunked(job) && job.cursor!.totalSize > world.settings.unchunkedRows) {
    job.state = 'Failed';
    job.errorMessage = 'Retried more than fifteen times';
  }
  job.pollsLeft = Math.max(0, job.pollsLeft - 1);
  job.processingMs = Math.max(1, now - job.createdAt);
  job.modifiedAt = now;
}

export function changeQueryJob(call: Call, world: World): Answer {
  const job = world.bulk.find('query', call.params.id!);
  if (objectBody(call).state !== 'Aborted') throw invalidJob('Only the state Aborted can be set');
  if (job.state === 'JobComplete' || job.state === 'Failed') throw invalidState(job);
  job.state = 'Aborted';
  job.cursor?.close();
  job.cursor = undefined;
  job.modifiedAt = world.org.clock.now();
  return { status: 200, json: describeQueryJob(job) };
}

export function dropQueryJob(call: Call, world: World): Answer {
  const job = world.bulk.find('query', call.params.id!);
  if (job.state === 'UploadComplete' || job.state === 'InProgress') throw invalidState(job);
  world.bulk.remove(job);
  world.bulkPages.forget(job.id);
  return { status: 204 };
}

/** LIMIT and ORDER BY switch the platform's own chunking off, and one query over everything runs into its time limit. */
function isChunked({ query }: QueryJob): boolean {
  const withoutTexts = query.replaceAll(/'(?:\\.|[^'\\])*'/gs, "''");
  return !/\blimit\s+\d|\border\s+by\b/i.test(withoutTexts);
}

const invalidState = (job: QueryJob) =>
  new SalesforceFault(400, 'INVALIDJOBSTATE', `Job is in state ${job.state}; the operation is not allowed`);

/** `GET /jobs/query/{id}/results`: every page repeats the header row; the last one's locator is the text `null`. */
export function readResults(call: Call, world: World): Answer {
  const job = finishedJob(call, world);
  const total = job.cursor!.totalSize;
  const offset = readLocator(job, call.query.get('locator'), world.settings);
  const asked = maxRecords(call, world);
  const rows = Math.max(0, Math.min(call.forced.pageRows ?? asked, total - offset));
  const next = offset + rows;
  const headers = {
    'content-type': 'text/csv',
    'sforce-numberofrecords': String(rows),
    'sforce-locator': next < total ? makeLocator(job, next, world.settings) : 'null',
  };
  const encoding = world.settings.gzip && /\bgzip\b/.test(call.headers['accept-encoding'] ?? '') ? 'gzip' : 'identity';
  return {
    status: 200,
    headers: encoding === 'gzip' ? { ...headers, 'content-encoding': 'gzip' } : headers,
    chunks: () => world.bulkPages.read(job, offset, rows, encoding),
  };
}

function finishedJob(call: Call, world: World): QueryJob {
  const job = world.bulk.find('query', call.params.id!);
  checkVersion(call, job);
  if (job.state !== 'JobComplete') throw invalidState(job);
  return job;
}

function maxRecords(call: Call, world: World): number {
  const asked = call.query.get('maxRecords');
  if (asked === null) return world.settings.bulkPageRows;
  const rows = Number(asked);
  if (!Number.isInteger(rows) || rows < 1)
    throw new SalesforceFault(400, 'INVALID_MAX_RECORDS', `Invalid maxRecords: ${asked}`);
  return rows;
}

/** `GET /jobs/query/{id}/resultPages` (v58+): up to five result URLs at a time, for parallel downloads. */
export function listResultPages(call: Call, world: World): Answer {
  const job = finishedJob(call, world);
  const total = job.cursor!.totalSize;
  const first = readLocator(job, call.query.get('locator'), world.settings);
  const base = `/services/data/v${call.version}/jobs/query/${job.id}`;
  const resultPages: { resultUrl: string }[] = [];
  let offset = first;
  for (; resultPages.length < 5 && (offset < total || offset === 0); offset += world.settings.bulkPageRows) {
    const locator = offset === 0 ? '' : `?locator=${makeLocator(job, offset, world.settings)}`;
    resultPages.push({ resultUrl: `${base}/results${locator}` });
  }
  const done = offset >= total;
  const rest = done
    ? {}
    : { nextRecordsUrl: `${base}/resultpages?locator=${makeLocator(job, offset, world.settings)}` };
  return { status: 200, json: { resultPages, ...rest, done } };
}

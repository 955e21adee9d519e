import { Readable } from 'node:stream';
import { AmpError } from '../../../errors/amp-error.ts';
import { catalog } from '../../../errors/catalog.ts';
import type { Clock } from '../../../platform/clock.ts';
import { HttpFailure } from '../../../platform/http.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { readCsvRows } from './csv-rows.ts';
import { isJob, noJob } from './job-body.ts';

/**
 * A Bulk API 2.0 ingest job: create (Open) → upload once → UploadComplete → InProgress → JobComplete | Failed | Aborted.
 * Nothing is processed before UploadComplete, so an upload whose answer was lost costs a job, never a record. A job with
 * failed rows is complete, too; rows over the daily allocation are in none of the results (Bulk API 2.0 Developer Guide,
 * "Bulk API 2.0 Ingest").
 */
export interface IngestJob {
  id: string;
  state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  /** `66.0`; results are asked for with this version. */
  apiVersion: string;
  processed: number;
  failed: number;
  errorMessage: string | undefined;
}

export interface IngestRequest {
  object: string;
  operation: 'insert' | 'update' | 'upsert';
  externalIdFieldName?: string;
}

interface JobBody {
  id: string;
  state: IngestJob['state'];
  apiVersion: number | string;
  numberRecordsProcessed?: number;
  numberRecordsFailed?: number;
  errorMessage?: string;
}

export async function createIngestJob(client: SalesforceClient, request: IngestRequest): Promise<IngestJob> {
  const answer = await client.json<JobBody>({
    method: 'POST',
    path: 'jobs/ingest',
    body: { ...request, contentType: 'CSV', columnDelimiter: 'COMMA', lineEnding: 'LF' },
    // A job made twice costs a job, never a record.
    retry: 'idempotent',
  });
  return parseJob(answer.body);
}

const uploadTimeoutMs = 20 * 60_000;

/** Sends the rows, at most 100 MB, once per job. After a failure the job is of no use. */
export async function uploadRows(
  client: SalesforceClient,
  job: IngestJob,
  chunks: readonly Uint8Array[],
): Promise<void> {
  await client.json({
    method: 'PUT',
    path: `${pathOf(job)}/batches`,
    headers: { 'content-type': 'text/csv' },
    body: () => Readable.from(chunks),
    timeoutMs: uploadTimeoutMs,
  });
}

/** Starts the work. Saying it twice is harmless: the state tells whether it was heard. */
export async function startJob(client: SalesforceClient, job: IngestJob): Promise<void> {
  const answer = await client.json({
    method: 'PATCH',
    path: pathOf(job),
    body: { state: 'UploadComplete' },
    retry: 'idempotent',
    accept: [400],
  });
  if (answer.status !== 400) return;
  const { state, errorMessage } = await fetchIngestJob(client, job);
  if (state === 'Open') throw jobError(job, errorMessage ?? 'the org does not start it');
}

/** Asks the org to stop; what is done stays done. */
export async function abortJob(client: SalesforceClient, job: IngestJob): Promise<void> {
  await client.json({
    method: 'PATCH',
    path: pathOf(job),
    body: { state: 'Aborted' },
    retry: 'idempotent',
    accept: [400],
  });
}

export async function fetchIngestJob(client: SalesforceClient, job: IngestJob): Promise<IngestJob> {
  return parseJob((await client.json<JobBody>({ path: pathOf(job) })).body);
}

const firstPollMs = 100;
const longestPollMs = 10_000;

/** The job goes on whether we can ask or not, and what it did can be read for seven days: no reason to leave it early. */
const patienceMs = 15 * 60_000;

/**
 * Polls until the job has ended, however it ended: with growing intervals, and once rows are done no later than the rest of
 * `rows` should take at this pace. An org that gives no answer, or none for now, is asked again for a quarter of an hour.
 */
export async function waitForIngest(
  client: SalesforceClient,
  job: IngestJob,
  wait: { clock: Clock; signal: AbortSignal; rows: number; onPoll?: (job: IngestJob) => void },
): Promise<IngestJob> {
  let waitedMs = 0;
  let silentSince: number | undefined;
  for (let delayMs = firstPollMs; ; delayMs = Math.min(delayMs * 1.5, longestPollMs)) {
    let now: IngestJob;
    try {
      now = await fetchIngestJob(client, job);
      silentSince = undefined;
    } catch (error) {
      silentSince ??= waitedMs;
      const isForNow = error instanceof AmpError && catalog[error.code]?.retryable === true;
      if (!isForNow || waitedMs - silentSince >= patienceMs) throw error;
      await wait.clock.sleep(longestPollMs, wait.signal);
      waitedMs += longestPollMs;
      continue;
    }
    wait.onPoll?.(now);
    if (now.state === 'JobComplete' || now.state === 'Failed' || now.state === 'Aborted') return now;
    // A fiftieth more at least: near the end the pace says "now" again and again.
    const restMs = now.processed > 0 ? (waitedMs * Math.max(0, wait.rows - now.processed)) / now.processed : delayMs;
    const pauseMs = Math.min(delayMs, Math.max(firstPollMs, restMs, waitedMs / 50));
    await wait.clock.sleep(pauseMs, wait.signal);
    waitedMs += pauseMs;
  }
}

export type ResultKind = 'successfulResults' | 'failedResults' | 'unprocessedrecords';

const readAttempts = 4;

/**
 * One kind of result, row by row: texts by column name. A body that breaks off is asked for again, so `restart` is called
 * before each further try and `expected` rows must come (a cut CSV often parses). Throws `write-job-failed`.
 */
export async function readIngestResults(
  client: SalesforceClient,
  job: IngestJob,
  kind: ResultKind,
  read: {
    expected: number | undefined;
    restart: () => void;
    row: (columns: readonly string[], values: string[]) => void;
  },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await client.stream({
        path: `${pathOf(job)}/${kind}`,
        headers: { accept: 'text/csv' },
        large: true,
      });
      let columns: string[] | undefined;
      let rows = 0;
      for await (const values of readCsvRows(answer.body)) {
        if (columns) read.row(columns, values);
        else columns = values;
        rows++;
      }
      const found = Math.max(0, rows - 1);
      if (read.expected === undefined || found >= read.expected) return;
      throw jobError(job, `${kind} has ${found} rows where ${read.expected} were announced`);
    } catch (error) {
      const isOver = error instanceof AmpError && error.code.startsWith('org-');
      if (attempt === readAttempts || isOver)
        throw error instanceof HttpFailure
          ? jobError(job, `${kind} did not arrive whole: ${error.message.replace(/\.$/, '')}`)
          : error;
      read.restart();
    }
  }
}

const pathOf = ({ id, apiVersion }: IngestJob) => `/services/data/v${apiVersion}/jobs/ingest/${id}`;

function jobError(job: IngestJob, why: string): AmpError {
  return new AmpError({
    code: 'write-job-failed',
    message: `The ingest job ${job.id} failed: ${why}.`,
    details: { jobId: job.id },
  });
}

/** Throws `salesforce-answer-damaged` for what is no job. */
function parseJob(body: JobBody): IngestJob {
  if (!isJob(body)) throw noJob('jobs/ingest');
  const version = String(body.apiVersion);
  return {
    id: body.id,
    state: body.state,
    apiVersion: version.includes('.') ? version : `${version}.0`,
    processed: body.numberRecordsProcessed ?? 0,
    failed: body.numberRecordsFailed ?? 0,
    errorMessage: body.errorMessage || undefined,
  };
}

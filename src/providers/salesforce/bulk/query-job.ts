import { AmpError } from '../../../errors/amp-error.ts';
import { catalog } from '../../../errors/catalog.ts';
import { redact } from '../../../errors/redact.ts';
import type { Clock } from '../../../platform/clock.ts';
import { classifyJobReason } from '../errors.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { isJob, noJob } from './job-body.ts';

/**
 * A Bulk API 2.0 query job: create → UploadComplete → InProgress → JobComplete | Failed | Aborted. Results stay readable for
 * seven days, page by page, with the API version that made the job (Bulk API 2.0 Developer Guide, "Query Jobs").
 */
export interface QueryJob {
  id: string;
  state: 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  /** `66.0`; results are asked for with this version or refused with 409. */
  apiVersion: string;
  delimiter: number;
  numberRecordsProcessed: number | undefined;
  errorMessage: string | undefined;
}

interface QueryJobBody {
  id: string;
  state: QueryJob['state'];
  apiVersion: number | string;
  columnDelimiter?: string;
  numberRecordsProcessed?: number;
  errorMessage?: string;
}

const delimiters: Record<string, string> = {
  BACKQUOTE: '`',
  CARET: '^',
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  TAB: '\t',
};

/** Creates a job. A query that Bulk does not take throws `read-bulk-refused`: REST may still run it. */
export async function createQueryJob(
  client: SalesforceClient,
  query: { soql: string; includeDeleted: boolean; signal: AbortSignal },
): Promise<QueryJob> {
  try {
    const answer = await client.json<QueryJobBody>({
      method: 'POST',
      path: 'jobs/query',
      body: {
        operation: query.includeDeleted ? 'queryAll' : 'query',
        query: query.soql,
        contentType: 'CSV',
        columnDelimiter: 'COMMA',
        lineEnding: 'LF',
      },
      // A job made twice costs a job, never a record.
      retry: 'idempotent',
      signal: query.signal,
    });
    return parseJob(answer.body);
  } catch (error) {
    throw isBulkRefusal(error) ? refused(error as AmpError) : error;
  }
}

/** Throws `read-job-gone` when the job was deleted or has expired. */
export async function fetchQueryJob(client: SalesforceClient, id: string, signal: AbortSignal): Promise<QueryJob> {
  const answer = await client.json<QueryJobBody>({ path: `jobs/query/${id}`, accept: [404], signal });
  if (answer.status === 404) throw jobGone(id);
  return parseJob(answer.body);
}

export function jobGone(id: string): AmpError {
  return new AmpError({
    code: 'read-job-gone',
    message: `The org no longer has the query job ${id}: it was deleted, or its results expired after seven days.`,
    details: { jobId: id },
  });
}

/** First interval between polls and the longest one. */
const firstPollMs = 250;
const longestPollMs = 10_000;

/** Polls with growing intervals until the job is complete. Throws `read-job-failed` with the org's words. */
export async function waitForJob(
  client: SalesforceClient,
  id: string,
  wait: { clock: Clock; signal: AbortSignal; onPoll?: (job: QueryJob) => void },
): Promise<QueryJob> {
  for (let delayMs = firstPollMs; ; delayMs = Math.min(delayMs * 1.5, longestPollMs)) {
    const job = await fetchQueryJob(client, id, wait.signal);
    wait.onPoll?.(job);
    if (job.state === 'JobComplete') return job;
    if (job.state === 'Failed' || job.state === 'Aborted') throw jobFailed(job);
    await wait.clock.sleep(delayMs, wait.signal);
  }
}

/** `read-job-failed` in the org's words; a code among them is the cause, with its own remedy. */
export function jobFailed(job: Pick<QueryJob, 'id' | 'state' | 'errorMessage'>): AmpError {
  const said = job.errorMessage && redact(job.errorMessage);
  const message = `The query job ${job.id} ended as ${job.state}${said ? `: ${said}` : ', and the org gave no reason.'}`;
  const details = { jobId: job.id, state: job.state };
  const code = 'read-job-failed';
  if (!said) {
    const hint = `See Setup, Bulk Data Load Jobs, ${job.id}; a smaller period or fewer fields often helps.`;
    return new AmpError({ code, message, hint, details });
  }
  const { errorCode, error, fields } = classifyJobReason(said);
  if (!error) return new AmpError({ code, message, details });
  // The reason has a code of its own, and with it its own remedy.
  const why = error.code;
  const hint =
    why === 'salesforce-query-timeout'
      ? 'Read a shorter period (--days, --since) or fewer fields.'
      : catalog[why]!.remedy;
  const cause = new AmpError({
    code: why,
    message: said,
    hint,
    details: { errorCode, ...(fields.length > 0 ? { fields } : {}) },
  });
  return new AmpError({ code, message, hint, details, cause });
}

/** Throws `salesforce-answer-damaged` for what is no job. */
function parseJob(body: QueryJobBody): QueryJob {
  if (!isJob(body)) throw noJob('jobs/query');
  const version = String(body.apiVersion);
  return {
    id: body.id,
    state: body.state,
    apiVersion: version.includes('.') ? version : `${version}.0`,
    delimiter: (delimiters[body.columnDelimiter ?? 'COMMA'] ?? ',').charCodeAt(0),
    numberRecordsProcessed: body.numberRecordsProcessed,
    errorMessage: body.errorMessage || undefined,
  };
}

const refusals =
  /compound data not supported|not supported by the Bulk API|does not support query|Implementation restriction/i;

function isBulkRefusal(error: unknown): boolean {
  if (!(error instanceof AmpError) || error.details?.status !== 400) return false;
  return (
    error.details.errorCode === 'INVALIDENTITY' ||
    error.details.errorCode === 'LIMIT_EXCEEDED' ||
    refusals.test(error.message)
  );
}

function refused(error: AmpError): AmpError {
  return new AmpError({
    code: 'read-bulk-refused',
    message: `The Bulk API does not take this query: ${error.message}`,
    ...(error.details ? { details: error.details } : {}),
    cause: error,
  });
}

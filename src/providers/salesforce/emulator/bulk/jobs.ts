import type { CsvFormat, EmulatedOrg, RecordCursor } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import type { ProtocolIds } from '../protocol-ids.ts';
import type { Call } from '../server/call.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

interface JobBase {
  id: string;
  object: string;
  createdById: string;
  createdAt: number;
  modifiedAt: number;
  state: JobState;
  apiVersion: string;
  columnDelimiter: Delimiter;
  lineEnding: 'LF' | 'CRLF';
  errorMessage?: string;
  processingMs: number;
}

export interface QueryJob extends JobBase {
  kind: 'query';
  operation: 'query' | 'queryAll';
  query: string;
  cursor: RecordCursor | undefined;
  /** Locators handed out that say nothing by themselves → row. */
  locators: Map<string, number>;
  /** Polls that still have to answer InProgress. */
  pollsLeft: number;
}

export interface IngestJob extends JobBase {
  kind: 'ingest';
  operation: 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';
  externalIdFieldName?: string;
  assignmentRuleId?: string;
  changeOrigin: string;
  upload: Buffer | undefined;
  uploaded: boolean;
  processed: number;
  failed: number;
  results: IngestResults;
}

/** Finished CSV text of the three result resources, without their header lines. */
export interface IngestResults {
  header: string;
  successful: string[];
  failed: string[];
  unprocessed: string[];
}

export type Job = QueryJob | IngestJob;

const delimiters = { BACKQUOTE: '`', CARET: '^', COMMA: ',', PIPE: '|', SEMICOLON: ';', TAB: '\t' } as const;
export type Delimiter = keyof typeof delimiters;
const jobLifeMs = 7 * 24 * 3_600_000;

/** Bulk API 2.0 jobs; they and their results are gone seven days after they ended. */
export class BulkJobs {
  readonly #byId = new Map<string, Job>();
  readonly #org: EmulatedOrg;
  readonly #ids: ProtocolIds;

  constructor(org: EmulatedOrg, ids: ProtocolIds) {
    this.#org = org;
    this.#ids = ids;
  }

  newId(prefix = '750'): string {
    return this.#ids.next(prefix);
  }

  add<Kind extends Job>(job: Kind): Kind {
    this.#byId.set(job.id, job);
    return job;
  }

  find<Kind extends Job['kind']>(kind: Kind, id: string): Extract<Job, { kind: Kind }> {
    const job = [...this.#live()].find((candidate) => candidate.id.slice(0, 15) === id.slice(0, 15));
    if (job?.kind !== kind) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
    return job as Extract<Job, { kind: Kind }>;
  }

  remove(job: Job): void {
    this.#byId.delete(job.id);
    if (job.kind === 'query') job.cursor?.close();
  }

  list(): Job[] {
    return [...this.#live()];
  }

  expireAll(): void {
    for (const job of this.#byId.values()) this.remove(job);
  }

  failAll(message: string | undefined): void {
    for (const job of this.#live()) {
      job.state = 'Failed';
      if (message !== undefined) job.errorMessage = message;
    }
  }

  *#live(): Iterable<Job> {
    const now = this.#org.clock.now();
    for (const job of this.#byId.values()) {
      if (now - job.modifiedAt <= jobLifeMs) yield job;
      else this.remove(job);
    }
  }
}

/** The delimiter and line ending a job asked for. Throws INVALIDJOB for names that do not exist. */
export function formatFields(body: Record<string, unknown>): { columnDelimiter: Delimiter; lineEnding: 'LF' | 'CRLF' } {
  const columnDelimiter = String(body.columnDelimiter ?? 'COMMA');
  const lineEnding = String(body.lineEnding ?? 'LF');
  if (!(columnDelimiter in delimiters)) throw invalidJob(`Unable to find delimiter: ${columnDelimiter}`);
  if (lineEnding !== 'LF' && lineEnding !== 'CRLF') throw invalidJob(`Unable to find line ending: ${lineEnding}`);
  const contentType = body.contentType ?? 'CSV';
  if (contentType !== 'CSV') throw invalidJob(`Invalid content type: ${String(contentType)}`);
  return { columnDelimiter: columnDelimiter as Delimiter, lineEnding };
}

export function csvFormat(job: JobBase): CsvFormat {
  return { delimiter: delimiters[job.columnDelimiter], lineEnding: job.lineEnding === 'LF' ? '\n' : '\r\n' };
}

export const invalidJob = (message: string) => new SalesforceFault(400, 'INVALIDJOB', message);

export const restDate = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}+0000`;

/** Jobs answer only the API version that made them. */
export function checkVersion(call: Call, job: JobBase): void {
  if (call.version === job.apiVersion) return;
  const message = `This job was created with API version ${job.apiVersion} and cannot be used with ${call.version}`;
  throw new SalesforceFault(409, 'API_VERSION_MISMATCH', message);
}

/** The fields every job answer starts with, in the platform's order. */
export function jobHead(job: Job): Record<string, unknown> {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: restDate(job.createdAt),
    systemModstamp: restDate(job.modifiedAt),
    state: job.state,
  };
}

import { AmpError } from '../../../errors/amp-error.ts';
import type { OperationHandle, OperationLog } from '../../../operations/operation-log.ts';
import type { ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import type { WriteWorld } from '../execute-write.ts';
import { assembleWrite, createWritePreparer, type WritePreparer } from '../prepare-write.ts';
import type { PreparedRow, WriteError } from '../prepared.ts';
import { needsLook } from '../settle-guards.ts';
import { failureOf, startWriteOperation, type WriteOwner } from '../write-operation.ts';
import type { RowOutcome } from '../write-outcome.ts';
import { attemptWrite } from '../write-records.ts';
import type { WriteType } from '../write-request.ts';
import { ingestCells } from './ingest-csv.ts';
import { type IngestRow, ingestPart } from './ingest-part.ts';
import type { FileRow } from './read-file-rows.ts';

/**
 * Records of a file, each for itself: up to 2,000 by collections, more by Bulk ingest, in parts that fit in memory. Rows that
 * Bulk cannot say or must not decide (a look at the record comes first, headers go along) take the way of collections
 * whatever their number, and so do rows that met a lock.
 */
export interface FileWrite {
  type: Exclude<WriteType, 'delete'>;
  externalIdField: string | undefined;
  headers: Record<string, string>;
  rows: AsyncIterable<FileRow>;
  /** The rows are texts (CSV). */
  fromText: boolean;
  /** Told of every record once, not in the order of the file. */
  onResult: (row: FileRow, outcome: RowOutcome) => Promise<void> | void;
  onProgress: (records: number) => void;
}

export interface FileAnswer {
  operationId: string;
  success: boolean;
  successCount: number;
  failureCount: number;
  unknownCount: number;
  /** The first failures, with the record's place in the file. */
  errors: (WriteError & { index: number })[];
  warnings: string[];
  /** Bulk ingest jobs, in order. */
  jobs: string[];
  apiCalls: number;
}

export interface FileWorld extends WriteWorld {
  describe: (objectName: string) => Promise<ObjectSchema>;
  log: OperationLog;
  random: () => number;
}

/** Up to here collections are cheaper than a job. */
export const mostCollectionRecords = 2_000;
const chunkRows = 200;
/** A part is held in memory and uploaded as one job; Salesforce takes 100 MB. */
const part = { rows: 100_000, characters: 32 * 1024 * 1024 };
const mostToldErrors = 200;
const mostWarnings = 100;

interface Waiting {
  from: FileRow;
  row: PreparedRow;
  /** As Bulk takes it; undefined = by collections only. */
  cells: ReadonlyMap<string, string> | undefined;
}

/** Writes all rows under one operation. Throws `write-…` or `org-…` for what concerns the whole file; the operation says so. */
export async function writeFile(world: FileWorld, owner: WriteOwner, file: FileWrite): Promise<FileAnswer> {
  const { objectName } = owner.source.object;
  const start = (object: string) =>
    startWriteOperation(world.log, owner, { type: file.type, mode: 'synchronous', object });
  const callsBefore = world.client.apiCalls;
  let preparer: WritePreparer;
  try {
    preparer = createWritePreparer(owner.source, await world.describe(objectName), file);
  } catch (error) {
    start(objectName).fail(error);
    throw error;
  }
  const operation = start(preparer.object.name);
  const run = new FileRun(world, file, operation, callsBefore);
  try {
    await run.write(preparer);
    return run.end(preparer.object.name);
  } catch (error) {
    const { successCount, failureCount, unknownCount } = run.note();
    const done = successCount + failureCount + unknownCount;
    operation.fail(world.signal.aborted ? `Stopped after ${done} records; the others were not sent.` : error);
    throw error;
  }
}

class FileRun {
  readonly #world: FileWorld;
  readonly #file: FileWrite;
  readonly #operation: OperationHandle;
  readonly #callsBefore: number;
  readonly #answer: Omit<FileAnswer, 'operationId' | 'success' | 'apiCalls'> = {
    successCount: 0,
    failureCount: 0,
    unknownCount: 0,
    errors: [],
    warnings: [],
    jobs: [],
  };

  constructor(world: FileWorld, file: FileWrite, operation: OperationHandle, callsBefore: number) {
    this.#world = world;
    this.#file = file;
    this.#operation = operation;
    this.#callsBefore = callsBefore;
  }

  async write(preparer: WritePreparer): Promise<void> {
    const isPlain = Object.keys(this.#file.headers).length === 0;
    let bulk: Waiting[] = [];
    let single: Waiting[] = [];
    let characters = 0;
    for (const warning of preparer.warnings) this.#warn(warning);
    for await (const from of this.#file.rows) {
      this.#world.signal.throwIfAborted();
      const waiting = await this.#prepare(preparer, from, isPlain);
      if (!waiting) continue;
      if (waiting.cells) {
        bulk.push(waiting);
        for (const text of waiting.cells.values()) characters += text.length + 1;
      } else single.push(waiting);
      if (bulk.length >= part.rows || characters >= part.characters) {
        single.push(...(await this.#ingest(preparer, bulk)));
        bulk = [];
        characters = 0;
      }
      if (single.length >= chunkRows) {
        await this.#collect(preparer, single);
        single = [];
      }
    }
    // A few records are not worth a job, unless jobs have begun.
    if (bulk.length > mostCollectionRecords || this.#answer.jobs.length > 0)
      single.push(...(await this.#ingest(preparer, bulk)));
    else single.push(...bulk);
    await this.#collect(preparer, single);
  }

  /** The row as it may be sent; undefined when it has failed already. */
  async #prepare(preparer: WritePreparer, from: FileRow, isPlain: boolean): Promise<Waiting | undefined> {
    if (from.unreadable !== undefined) {
      await this.#tell(from, refused({ code: 'write-file-invalid', message: from.unreadable }));
      return undefined;
    }
    const prepared = preparer.prepare(from, from.index);
    if ('problems' in prepared) {
      const [{ code, message, fields }, ...others] = prepared.problems as [WriteError, ...WriteError[]];
      const all = [message, ...others.map((other) => other.message)].join(' ');
      await this.#tell(from, refused({ code, message: all, ...(fields ? { fields } : {}) }));
      return undefined;
    }
    for (const warning of prepared.warnings) this.#warn(warning);
    // A file may be long: what happened to each field is for dry runs.
    const row: PreparedRow = { ...prepared.row, notes: [] };
    if (row.problem) {
      await this.#tell(from, refused(row.problem));
      return undefined;
    }
    const mayIngest = isPlain && !needsLook(preparer, row);
    const body = row.create ?? row.update!;
    return { from, row, cells: mayIngest ? ingestCells(preparer.object, row.id, body) : undefined };
  }

  /** One job. Rows that may succeed at once are given back. */
  async #ingest(preparer: WritePreparer, waiting: readonly Waiting[]): Promise<Waiting[]> {
    if (waiting.length === 0) return [];
    const done = this.#done();
    let hasBegun = false;
    const outcomes = await ingestPart(this.#world, preparer, waiting as readonly (Waiting & IngestRow)[], {
      onJob: (id) => {
        this.#answer.jobs.push(id);
        this.#operation.annotate({ jobs: this.#answer.jobs });
        // On disk before the org can begin: after a crash the job can be asked.
        this.#world.log.flush();
      },
      onBegin: () => {
        hasBegun = true;
      },
      onProgress: (processed) => this.#file.onProgress(done + processed),
    }).catch(async (error: unknown) => {
      const why: WriteError = { code: codeOf(error), message: `The ingest job broke off: ${(error as Error).message}` };
      for (const { from } of waiting)
        await this.#tell(from, hasBegun ? { status: 'unknown', error: why } : refused(why));
      throw error;
    });
    const again: Waiting[] = [];
    for (const [at, one] of waiting.entries()) {
      const outcome = outcomes[at]!;
      if (outcome.status === 'failure' && outcome.again === 'soon') again.push(one);
      else await this.#tell(one.from, outcome);
    }
    return again;
  }

  async #collect(preparer: WritePreparer, waiting: readonly Waiting[]): Promise<void> {
    for (let start = 0; start < waiting.length; start += chunkRows) {
      this.#world.signal.throwIfAborted();
      const chunk = waiting.slice(start, start + chunkRows);
      const { headers } = this.#file;
      const rows = chunk.map(({ row }) => row);
      const prepared = assembleWrite(preparer, { allOrNone: false, headers, rows, warnings: [] });
      const { outcomes, stoppedBy } = await attemptWrite(this.#world, prepared);
      if (stoppedBy) this.#operation.warning(`Not tried again: ${stoppedBy.message}`);
      for (const [at, { from }] of chunk.entries()) await this.#tell(from, outcomes[at]!);
    }
  }

  async #tell(from: FileRow, outcome: RowOutcome): Promise<void> {
    const answer = this.#answer;
    if (outcome.status === 'success' || outcome.status === 'unchanged') answer.successCount++;
    else if (outcome.status === 'unknown') answer.unknownCount++;
    else answer.failureCount++;
    if ('error' in outcome && answer.errors.length < mostToldErrors)
      answer.errors.push({ index: from.index, ...outcome.error });
    await this.#file.onResult(from, outcome);
    this.#file.onProgress(this.#done());
  }

  #warn(warning: string): void {
    const { warnings } = this.#answer;
    if (warnings.length >= mostWarnings || warnings.includes(warning)) return;
    warnings.push(warning);
    this.#operation.warning(warning, { subsystem: 'mapping' });
  }

  #done(): number {
    const { successCount, failureCount, unknownCount } = this.#answer;
    return successCount + failureCount + unknownCount;
  }

  /** What is known so far, on the operation. */
  note(): FileAnswer {
    const { successCount, failureCount, unknownCount, errors } = this.#answer;
    const apiCalls = this.#world.client.apiCalls - this.#callsBefore;
    this.#operation.annotate({
      changes: this.#done(),
      ...(errors.length > 0
        ? { errors: errors.map(({ code, providerCode, ...rest }) => ({ ...rest, code: providerCode ?? code })) }
        : {}),
    });
    this.#operation.progress({ records: successCount, failed: failureCount + unknownCount, apiCalls });
    const success = failureCount === 0 && unknownCount === 0;
    return { operationId: this.#operation.id, success, ...this.#answer, apiCalls };
  }

  end(object: string): FileAnswer {
    const answer = this.note();
    const { successCount, failureCount, unknownCount } = answer;
    const counts = `${successCount} succeeded, ${failureCount} failed`;
    if (unknownCount > 0) {
      this.#operation.unknown(
        `The answer to ${unknownCount} ${object} records was lost (${counts}): look for them before writing them again.`,
      );
    } else if (answer.success) this.#operation.succeed(`Batch write completed (${counts})`);
    else this.#operation.fail(failureOf(answer));
    return answer;
  }
}

const codeOf = (error: unknown) => (error instanceof AmpError ? error.code : 'write-job-failed');

const refused = (error: WriteError): RowOutcome => ({ status: 'failure', error, again: 'never' });

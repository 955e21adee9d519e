import { AmpError } from '../../../errors/amp-error.ts';
import type { OperationLog } from '../../../operations/operation-log.ts';
import type { ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import type { WriteWorld } from '../execute-write.ts';
import { assembleWrite, createWritePreparer, type WritePreparer } from '../prepare-write.ts';
import type { PreparedRow, WriteError } from '../prepared.ts';
import { needsLook } from '../settle-guards.ts';
import { startWriteOperation, type WriteOwner } from '../write-operation.ts';
import type { RowOutcome } from '../write-outcome.ts';
import { attemptWrite } from '../write-records.ts';
import type { WriteType } from '../write-request.ts';
import { type FileAnswer, FileTally } from './file-tally.ts';
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

interface Waiting {
  from: FileRow;
  row: PreparedRow;
  /** As Bulk takes it; undefined = by collections only. */
  cells: ReadonlyMap<string, string> | undefined;
}

/** Writes all rows under one operation. Throws `write-…` or `org-…` for what concerns the whole file; the operation says so. */
export async function writeFile(world: FileWorld, owner: WriteOwner, file: FileWrite): Promise<FileAnswer> {
  let object = owner.source.object.objectName;
  const start = (name: string) =>
    startWriteOperation(world.log, owner, { type: file.type, mode: 'synchronous', object: name });
  const callsBefore = world.client.apiCalls;
  let preparer: WritePreparer;
  try {
    const schema = await world.describe(object);
    object = schema.name;
    preparer = createWritePreparer(owner.source, schema, file);
  } catch (error) {
    start(object).fail(error);
    throw error;
  }
  const operation = start(preparer.object.name);
  const tally = new FileTally(operation, () => world.client.apiCalls - callsBefore);
  try {
    await new FileRun(world, file, preparer, tally).write();
    return tally.end(preparer.object.name);
  } catch (error) {
    const { successCount, failureCount, unknownCount } = tally.note();
    const known = `${successCount} written, ${failureCount} failed, ${unknownCount} unknown`;
    const told = world.signal.aborted ? error : withCounts(error, tally.done > 0 ? known : undefined);
    // Written or not, nobody knows: never told as a failure.
    if (unknownCount > 0) operation.unknown(`${world.signal.aborted ? 'Stopped' : messageOf(told)}: ${known}.`);
    else operation.fail(world.signal.aborted ? `Stopped: ${known}; the rest of the file was not sent.` : told);
    throw told;
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');

/** The error that ended a file, with what had become of its records by then. */
function withCounts(error: unknown, known: string | undefined): unknown {
  if (known === undefined || !(error instanceof AmpError)) return error;
  const { code, hint, details } = error;
  return new AmpError({
    code,
    message: `${messageOf(error)}: ${known}.`,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  });
}

class FileRun {
  readonly #world: FileWorld;
  readonly #file: FileWrite;
  readonly #preparer: WritePreparer;
  readonly #tally: FileTally;
  #mayIngest: boolean;

  constructor(world: FileWorld, file: FileWrite, preparer: WritePreparer, tally: FileTally) {
    this.#world = world;
    this.#file = file;
    this.#preparer = preparer;
    this.#tally = tally;
    this.#mayIngest = Object.keys(file.headers).length === 0;
  }

  async write(): Promise<void> {
    let bulk: Waiting[] = [];
    let single: Waiting[] = [];
    let characters = 0;
    for (const warning of this.#preparer.warnings) this.#tally.warn(warning);
    for await (const from of this.#file.rows) {
      this.#world.signal.throwIfAborted();
      const waiting = await this.#prepare(from);
      if (!waiting) continue;
      if (waiting.cells) {
        bulk.push(waiting);
        for (const text of waiting.cells.values()) characters += text.length + 1;
      } else single.push(waiting);
      if (bulk.length >= part.rows || characters >= part.characters) {
        single.push(...(await this.#ingest(bulk)));
        bulk = [];
        characters = 0;
      }
      if (single.length >= chunkRows) {
        await this.#collect(single);
        single = [];
      }
    }
    // A few records are not worth a job, unless jobs have begun.
    const isWorthAJob = bulk.length > mostCollectionRecords || (bulk.length > 0 && this.#tally.hasJobs);
    single.push(...(isWorthAJob ? await this.#ingest(bulk) : bulk));
    await this.#collect(single);
  }

  /** The row as it may be sent; undefined when it has failed already. */
  async #prepare(from: FileRow): Promise<Waiting | undefined> {
    const prepared = prepareFileRow(this.#preparer, from);
    if ('problem' in prepared) {
      await this.#tell(from, refused(prepared.problem));
      return undefined;
    }
    for (const warning of prepared.warnings) this.#tally.warn(warning);
    // A file may be long: what happened to each field is for dry runs.
    const row: PreparedRow = { ...prepared.row, notes: [] };
    const { object } = this.#preparer;
    const mayIngest = this.#mayIngest && !needsLook(this.#preparer, row);
    return { from, row, cells: mayIngest ? ingestCells(object, row.id, row.create ?? row.update!) : undefined };
  }

  /** One job. Rows that may succeed at once, or that Bulk does not take, are given back. */
  async #ingest(waiting: readonly Waiting[]): Promise<readonly Waiting[]> {
    const { done } = this.#tally;
    let hasBegun = false;
    let outcomes: RowOutcome[];
    try {
      outcomes = await ingestPart(this.#world, this.#preparer, waiting as readonly (Waiting & IngestRow)[], {
        onJob: (id) => {
          this.#tally.job(id);
          // On disk before the org can begin: after a crash the job can be asked.
          this.#world.log.flush();
        },
        onBegin: () => {
          hasBegun = true;
        },
        onProgress: (processed) => this.#file.onProgress(done + processed),
      });
    } catch (error) {
      if (!hasBegun && isBulkRefusal(error)) {
        this.#mayIngest = false;
        this.#tally.warn(`Bulk does not take ${this.#preparer.object.name}: its records go by collections.`);
        return waiting;
      }
      const why: WriteError = { code: codeOf(error), message: `The ingest job broke off: ${(error as Error).message}` };
      const outcome: RowOutcome = hasBegun ? { status: 'unknown', error: why } : refused(why);
      for (const { from } of waiting) await this.#tell(from, outcome);
      throw error;
    }
    const again: Waiting[] = [];
    for (const [at, one] of waiting.entries()) {
      const outcome = outcomes[at]!;
      const isForNow = outcome.status === 'failure' && outcome.again === 'soon' && !this.#world.signal.aborted;
      if (isForNow) again.push(one);
      else await this.#tell(one.from, outcome);
    }
    return again;
  }

  async #collect(waiting: readonly Waiting[]): Promise<void> {
    for (let start = 0; start < waiting.length; start += chunkRows) {
      this.#world.signal.throwIfAborted();
      const chunk = waiting.slice(start, start + chunkRows);
      const { headers } = this.#file;
      const rows = chunk.map(({ row }) => row);
      const prepared = assembleWrite(this.#preparer, { allOrNone: false, headers, rows, warnings: [] });
      const { outcomes, stoppedBy } = await attemptWrite(this.#world, prepared);
      if (stoppedBy) this.#tally.warn(`Not tried again: ${stoppedBy.message}`);
      for (const [at, { from }] of chunk.entries()) await this.#tell(from, outcomes[at]!);
    }
  }

  async #tell(from: FileRow, outcome: RowOutcome): Promise<void> {
    this.#tally.count(from, outcome);
    await this.#file.onResult(from, outcome);
    this.#file.onProgress(this.#tally.done);
  }
}

/** One record of a file, prepared, or the one reason why it cannot be sent. */
export function prepareFileRow(
  preparer: WritePreparer,
  from: FileRow,
): { row: PreparedRow; warnings: string[] } | { problem: WriteError } {
  if (from.unreadable !== undefined) return { problem: { code: 'write-file-invalid', message: from.unreadable } };
  const prepared = preparer.prepare(from, from.index);
  if ('problems' in prepared) {
    const [first] = prepared.problems;
    const message = prepared.problems.map((one) => one.message).join(' ');
    return { problem: { code: first!.code, message, ...(first!.fields ? { fields: first!.fields } : {}) } };
  }
  return prepared.row.problem ? { problem: prepared.row.problem } : prepared;
}

/** Some objects exist in REST only. */
function isBulkRefusal(error: unknown): boolean {
  const code = error instanceof AmpError ? error.details?.errorCode : undefined;
  return code === 'INVALIDENTITY' || code === 'FeatureNotEnabled';
}

const codeOf = (error: unknown) => (error instanceof AmpError ? error.code : 'write-job-failed');

const refused = (error: WriteError): RowOutcome => ({ status: 'failure', error, again: 'never' });

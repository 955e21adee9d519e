import type { RowResult, Transaction } from '../org.ts';
import type { ObjectDescribe } from '../rest/describe.ts';
import type { Forced } from '../server/call.ts';
import type { World } from '../world.ts';
import { type CsvRow, type CsvTable, readCsv, renderCsvRow } from './csv-rows.ts';
import { type IngestColumn, readColumns, readValues } from './ingest-columns.ts';
import { csvFormat, type IngestJob } from './jobs.ts';
import { describeRowErrors, writeBulkRow } from './write-row.ts';

/** Rows of an internal batch: what a job costs of the daily allocation. */
const batchRows = 10_000;
/** Rows of a transaction: what triggers see at a time. */
const chunkRows = 200;

/**
 * Works off an uploaded job: internal batches of 10,000 rows, each in transactions of 200, giving way to other calls in between,
 * so that a client can see InProgress, abort, and find half the rows done. A batch over the daily allocation is not run, and its
 * rows appear in no result. Results leave in another order than the rows came in, as on the platform.
 */
export async function runIngest(job: IngestJob, world: World, forced: Forced): Promise<void> {
  const startedAt = performance.now();
  const format = csvFormat(job);
  const table = readCsv(job.upload ?? Buffer.alloc(0), format.delimiter);
  job.upload = undefined;
  job.results.header = table.header;
  const prepared = prepare(job, table, world);
  if (typeof prepared === 'string') return end(job, world, 'Failed', prepared);
  let chunk: CsvRow[] = [];
  let taken = 0;
  let allowed = true;
  for (const row of table.rows) {
    const isStopped = hasEnded(job);
    if (taken++ % batchRows === 0 && !isStopped) allowed = world.usage.takeBulkBatch();
    if (!allowed) continue;
    if (isStopped) job.results.unprocessed.push(renderCsvRow(row.values, format.delimiter));
    else chunk.push(row);
    if (chunk.length < chunkRows) continue;
    runChunk(job, world, prepared, chunk, forced);
    chunk = [];
    await new Promise(setImmediate);
  }
  if (chunk.length > 0) runChunk(job, world, prepared, chunk, forced);
  job.processingMs = Math.max(1, Math.round(performance.now() - startedAt));
  if (!hasEnded(job)) end(job, world, 'JobComplete');
}

/** Stopped from outside while it worked. */
const hasEnded = ({ state }: IngestJob) => state === 'Aborted' || state === 'Failed';

function end(job: IngestJob, world: World, state: IngestJob['state'], errorMessage?: string): void {
  job.state = state;
  job.modifiedAt = world.org.clock.now();
  if (errorMessage !== undefined) job.errorMessage = errorMessage;
}

/** The columns, or why the whole job fails. */
function prepare(job: IngestJob, table: CsvTable, world: World): IngestColumn[] | string {
  if (table.header.length > 32_000) return 'InvalidBatch : The header is longer than 32,000 characters';
  if (table.header !== '' && table.lineEnding !== job.lineEnding) {
    return `ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${job.lineEnding}`;
  }
  const describe = world.org.schema.describe(job.object, job.createdById, job.apiVersion) as ObjectDescribe;
  const read = readColumns(table.names, describe);
  if ('unknown' in read) return `InvalidBatch : Field name not found : ${read.unknown}`;
  const needsId = job.operation !== 'insert' && job.operation !== 'upsert';
  if (needsId && !read.columns.some(({ name }) => name === 'Id')) return 'InvalidBatch : Field name not found : Id';
  const key = job.externalIdFieldName;
  if (key !== undefined && !read.columns.some(({ name }) => name.toLowerCase() === key.toLowerCase())) {
    return `InvalidBatch : Field name not found : ${key}`;
  }
  return read.columns;
}

function runChunk(job: IngestJob, world: World, columns: IngestColumn[], rows: CsvRow[], forced: Forced): void {
  const { delimiter } = csvFormat(job);
  const done: string[] = [];
  const failed: string[] = [];
  world.org.commit({ userId: job.createdById, changeOrigin: job.changeOrigin }, (transaction) => {
    for (const row of rows) {
      const original = renderCsvRow(row.values, delimiter);
      // Rows over the daily allocation appear in no result at all.
      if (!world.usage.takeBulkRow()) continue;
      const result = runRow(job, columns, row, transaction, forced);
      job.processed++;
      if (typeof result === 'string') {
        failed.push(`""${delimiter}${quote(result)}${delimiter}${original}`);
      } else if (result.success) {
        done.push(`"${result.id}"${delimiter}"${result.created}"${delimiter}${original}`);
      } else {
        failed.push(`"${result.id ?? ''}"${delimiter}${quote(describeRowErrors(result))}${delimiter}${original}`);
      }
    }
  });
  job.failed += failed.length;
  job.results.successful.push(...done.reverse());
  job.results.failed.push(...failed.reverse());
}

/** The row's result, or the text of an error found before the row reached the org. */
function runRow(
  job: IngestJob,
  columns: IngestColumn[],
  row: CsvRow,
  transaction: Transaction,
  forced: Forced,
): RowResult | string {
  if (row.problem !== undefined) return `INVALID_CSV_ROW:${row.problem}:--`;
  if (row.values.length > columns.length) return 'INVALID_CSV_ROW:The row has more values than the header:--';
  if (forced.rowError) {
    return { success: false, status: 400, errors: [{ ...forced.rowError, fields: [] }] };
  }
  const read = readValues(columns, row.values);
  if ('error' in read) return read.error;
  return writeBulkRow(transaction, job, read);
}

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

import { AmpError } from '../../errors/amp-error.ts';
import type { JsonObject } from '../../mapping/json.ts';
import { type BulkSelect, bulkSelect } from '../../providers/salesforce/bulk/columns.ts';
import { PageSource } from '../../providers/salesforce/bulk/page-source.ts';
import { createQueryJob, type QueryJob, waitForJob } from '../../providers/salesforce/bulk/query-job.ts';
import { consumePage, readPageHead } from '../../providers/salesforce/bulk/result-pages.ts';
import { createTranscoder } from '../../providers/salesforce/bulk/transcode/create-transcoder.ts';
import { PageDecoder } from '../../providers/salesforce/bulk/transcode/page-decoder.ts';
import { compileProgram } from '../../providers/salesforce/bulk/transcode/program.ts';
import { createRecordTranscoder } from '../../providers/salesforce/bulk/transcode/record-transcoder.ts';
import type { RowContext } from '../../providers/salesforce/bulk/transcode/row-record.ts';
import type { Transcoder } from '../../providers/salesforce/bulk/transcode/transcoder.ts';
import { renderQuery } from '../../providers/salesforce/soql/query-text.ts';
import { csvHeader, lineEncoder } from './encode.ts';
import type { RecordVersion } from './read-store.ts';
import { addDays, commitStep, type ReadTask, versionOf } from './read-task.ts';

/** A page that does not arrive whole is asked for again this often before the read fails. */
const pageAttempts = 5;
const firstRetryMs = 200;

/**
 * Reads through one Bulk query job and commits each page of results. The job's id is stored before anything is read and the
 * next locator with every page, so a killed read goes on in the same job at the page it was in. A page counts only when
 * its rows are as many as the org said, the job only when its pages add up to `numberRecordsProcessed`.
 */
export async function readByBulk(task: ReadTask, objectOfId: RowContext['objectOfId']): Promise<void> {
  const { checkpoint, signal } = task;
  const select = bulkSelect(task.plan);
  const job = await openJob(task, select);
  if (checkpoint.bulk!.locator === null) return;
  const page = preparePages(task, select, job, objectOfId);
  const source = new PageSource({
    client: task.client,
    job,
    signal,
    pageRows: task.pageRows,
    holdsPages: task.sink.holdsPages,
  });
  const seen = new Set<string>();
  try {
    for (let locator: string | null = checkpoint.bulk!.locator; locator !== null; ) {
      signal.throwIfAborted();
      seen.add(locator);
      locator = await readPage(task, page, source, locator, seen);
    }
  } finally {
    await source.close();
  }
  const total = job.numberRecordsProcessed;
  const { rows } = task.checkpoint.bulk!;
  if (total !== undefined && rows !== total) {
    throw new AmpError({
      code: 'read-count-mismatch',
      message: `The pages of job ${job.id} held ${rows} rows and the org says it has ${total}.`,
      details: { jobId: job.id, rows, total },
    });
  }
}

async function openJob(task: ReadTask, select: BulkSelect): Promise<QueryJob> {
  const { checkpoint, client, signal, operation } = task;
  if (!checkpoint.bulk) {
    const soql = renderQuery({
      columns: select.columns.map((column) => column.name),
      object: task.plan.object,
      conditions: task.conditions,
      limit: task.limit,
    });
    const made = await createQueryJob(client, { soql, includeDeleted: false, signal });
    checkpoint.bulk = { jobId: made.id, rows: 0, pages: 0, locator: '' };
    operation.annotate({ jobId: made.id, soql });
    task.db.transaction(() => {
      task.store.save(task.runId, checkpoint);
      operation.info(`Query job ${made.id} created.`, { subsystem: 'provider', jobId: made.id });
    });
  }
  return waitForJob(client, checkpoint.bulk.jobId, { clock: task.clock, signal });
}

interface Pages {
  decoder: PageDecoder;
  /** Rows that went out of this page so far, and their versions. */
  written: { count: number; versions: RecordVersion[]; days: Map<string, number> } | undefined;
}

function preparePages(task: ReadTask, select: BulkSelect, job: QueryJob, objectOfId: RowContext['objectOfId']): Pages {
  const context: RowContext = { apiVersion: job.apiVersion, objectOfId };
  const pages: Pages = { decoder: undefined as never, written: undefined };
  let transcoder: Transcoder;
  if (task.dedupe || task.countDays || task.format === 'csv') {
    const written = { count: 0, versions: [] as RecordVersion[], days: new Map<string, number>() };
    pages.written = written;
    const encode = lineEncoder(task.plan, task.format);
    transcoder = createRecordTranscoder(select, context, job.delimiter, (record: JsonObject) => {
      const version = versionOf(record, task.stampColumn);
      if (task.dedupe) {
        if (task.store.isSeen(task.dedupe.scope, task.dedupe.object, version)) return undefined;
        written.versions.push(version);
      }
      written.count++;
      const day = new Date(version.stampMs).toISOString().slice(0, 10);
      written.days.set(day, (written.days.get(day) ?? 0) + 1);
      return encode(record);
    });
  } else {
    transcoder = createTranscoder(compileProgram(task.plan, select, context), job.delimiter);
  }
  pages.decoder = new PageDecoder(select, transcoder, job.delimiter);
  return pages;
}

/** Reads and commits one page; answers the next locator, null after the last page. */
async function readPage(
  task: ReadTask,
  pages: Pages,
  source: PageSource,
  locator: string,
  seen: ReadonlySet<string>,
): Promise<string | null> {
  const { operation } = task;
  for (let attempt = 1; ; attempt++) {
    try {
      if (pages.written) pages.written.count = pages.written.versions.length = 0;
      pages.written?.days.clear();
      const answer = await source.fetch(locator);
      const head = readPageHead(answer);
      if (head.next !== undefined && seen.has(head.next)) {
        throw new AmpError({
          code: 'read-page-broken',
          message: 'The org named a page as the next one that was read before.',
        });
      }
      if (head.next !== undefined) source.announce(head.next);
      if (task.format === 'csv' && task.checkpoint.offset === 0) {
        await task.sink.write(Buffer.from(csvHeader(task.plan)));
      }
      const { bytes } = await consumePage(answer, head, pages.decoder, (lines) => task.sink.write(lines));
      source.learn(head.records, bytes);
      const next = head.next ?? null;
      await commitStep(
        task,
        (moved) => {
          moved.records += pages.written ? pages.written.count : head.records;
          moved.bytes += bytes;
          moved.bulk = {
            ...moved.bulk!,
            rows: moved.bulk!.rows + head.records,
            pages: moved.bulk!.pages + 1,
            locator: next,
          };
          if (pages.written && task.countDays) addDays(moved, pages.written.days);
        },
        pages.written?.versions,
      );
      return next;
    } catch (error) {
      task.signal.throwIfAborted();
      if (attempt >= pageAttempts || !isPageFault(error)) throw error;
      await task.sink.rollback();
      operation.warning(`Page ${task.checkpoint.bulk!.pages + 1} did not arrive whole and is fetched again.`, {
        subsystem: 'provider',
        attempt,
        reason: (error as Error).message,
      });
      operation.progress({ retries: attempt });
      await task.clock.sleep(firstRetryMs * 2 ** (attempt - 1), task.signal);
    }
  }
}

/** Broken pages and broken connections; what the org refuses (AmpError of another code) stays refused. */
function isPageFault(error: unknown): boolean {
  if (!(error instanceof AmpError)) return error instanceof Error;
  return error.code === 'read-page-broken' || error.details?.retryable === true;
}

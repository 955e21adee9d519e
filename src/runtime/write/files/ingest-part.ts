import { AmpError } from '../../../errors/amp-error.ts';
import {
  abortJob,
  createIngestJob,
  type IngestJob,
  type ResultKind,
  readIngestResults,
  startJob,
  uploadRows,
  waitForIngest,
} from '../../../providers/salesforce/bulk/ingest-job.ts';
import { findField, type ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import type { WriteWorld } from '../execute-write.ts';
import { refusedOutcome } from '../outcome-of-answer.ts';
import type { WritePreparer } from '../prepare-write.ts';
import type { PreparedRow } from '../prepared.ts';
import type { RowOutcome } from '../write-outcome.ts';
import { type IngestTable, renderTable, tableOf } from './ingest-csv.ts';

export interface IngestRow {
  row: PreparedRow;
  cells: ReadonlyMap<string, string>;
}

export interface IngestHooks {
  /** The job exists and nothing was uploaded yet: the place to remember its id. */
  onJob: (jobId: string) => void;
  /** From here on the org may be writing. */
  onBegin: () => void;
  onProgress: (processed: number) => void;
}

/**
 * Writes rows with one ingest job and says what became of each. Results come in any order and are matched by what the row
 * holds: the org sends every row back as it was uploaded. Rows in none of the results are `unknown`. When the caller stops,
 * the job is stopped and its results are read all the same. Outcomes stand in the order of `rows`.
 */
export async function ingestPart(
  world: WriteWorld,
  preparer: WritePreparer,
  rows: readonly IngestRow[],
  hooks: IngestHooks,
): Promise<RowOutcome[]> {
  const { client } = world;
  const ordered = byParent(preparer.object, rows);
  const table = tableOf(ordered.map(({ cells }) => cells));
  const job = await startIngest(world, preparer, renderTable(table), hooks);
  const ended = await waitForEnd(world, job, rows.length, hooks);
  const found = await readResults(client, ended, table);
  const outcomes = new Map<IngestRow, RowOutcome>();
  for (const [at, one] of ordered.entries()) outcomes.set(one, found[at] ?? notAnswered(ended));
  return rows.map((one) => outcomes.get(one)!);
}

/** Rows of one parent side by side: the org works in transactions of 200, and two of them must not wait for one parent. */
function byParent(object: ObjectSchema, rows: readonly IngestRow[]): IngestRow[] {
  const names = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))];
  const parents = names.filter(
    (name) => name !== 'OwnerId' && (name.includes('.') || findField(object, name)?.type === 'reference'),
  );
  if (parents.length === 0) return [...rows];
  const keyed = rows.map((one) => ({ one, key: parents.map((name) => one.cells.get(name) ?? '').join('\u0000') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ one }) => one);
}

const uploadAttempts = 3;

/** A job with the rows in it, at work. A lost answer to an upload costs the job: nothing of it has begun. */
async function startIngest(
  { client }: WriteWorld,
  { type, object, keyField }: WritePreparer,
  chunks: readonly Buffer[],
  hooks: IngestHooks,
): Promise<IngestJob> {
  const operation = type === 'create' ? 'insert' : type === 'update' ? 'update' : 'upsert';
  for (let attempt = 1; ; attempt++) {
    const job = await createIngestJob(client, {
      object: object.name,
      operation,
      ...(operation === 'upsert' ? { externalIdFieldName: keyField! } : {}),
    });
    hooks.onJob(job.id);
    try {
      await uploadRows(client, job, chunks);
    } catch (error) {
      const isLost = error instanceof AmpError && error.code.startsWith('salesforce-') && attempt < uploadAttempts;
      if (!isLost) throw error;
      await abortJob(client, job);
      continue;
    }
    hooks.onBegin();
    await startJob(client, job);
    return job;
  }
}

async function waitForEnd(world: WriteWorld, job: IngestJob, rows: number, hooks: IngestHooks): Promise<IngestJob> {
  const { client, clock, signal } = world;
  const onPoll = ({ processed }: IngestJob) => hooks.onProgress(processed);
  try {
    return await waitForIngest(client, job, { clock, signal, rows, onPoll });
  } catch (error) {
    if (!signal.aborted) throw error;
    await abortJob(client, job);
    return waitForIngest(client, job, { clock, rows, signal: AbortSignal.timeout(stopLimitMs) });
  }
}

const stopLimitMs = 30_000;

type Answered = (RowOutcome | undefined)[];

/** Outcomes by position in the table; undefined for rows in none of the results. */
async function readResults(client: WriteWorld['client'], job: IngestJob, table: IngestTable): Promise<Answered> {
  const outcomes: Answered = new Array(table.rows.length).fill(undefined);
  const match = createMatcher(table);
  const isComplete = job.state === 'JobComplete';
  const take = async (
    kind: ResultKind,
    expected: number | undefined,
    outcomeOf: (cell: (column: string) => string) => RowOutcome,
  ) => {
    const placed: number[] = [];
    await readIngestResults(client, job, kind, {
      expected,
      restart: () => {
        for (const at of placed.splice(0)) {
          outcomes[at] = undefined;
          match.putBack(at);
        }
      },
      row: (columns, values) => {
        const at = match.take(columns, values);
        if (at === undefined) return;
        outcomes[at] = outcomeOf((column) => values[columns.indexOf(column)] ?? '');
        placed.push(at);
      },
    });
  };
  await take('successfulResults', isComplete ? job.processed - job.failed : undefined, (cell) => ({
    status: 'success',
    ...(cell('sf__Id') ? { recordId: cell('sf__Id') } : {}),
    created: cell('sf__Created') === 'true',
  }));
  if (!isComplete || job.failed > 0) {
    await take('failedResults', isComplete ? job.failed : undefined, (cell) => failedOutcome(cell('sf__Error')));
  }
  if (!isComplete || outcomes.includes(undefined)) {
    await take('unprocessedrecords', undefined, () => ({
      status: 'failure',
      error: notProcessed(job),
      again: 'never',
    }));
  }
  return outcomes;
}

/** Finds the row that came back, by its values; rows with the same values stand for each other. */
function createMatcher(table: IngestTable) {
  const open = new Map<string, number[]>();
  const keyOf = (values: readonly string[]) => values.join('\u0000');
  const putBack = (at: number) => {
    const key = keyOf(table.rows[at]!);
    const known = open.get(key);
    if (known) known.push(at);
    else open.set(key, [at]);
  };
  for (let at = table.rows.length - 1; at >= 0; at--) putBack(at);
  let seen: { columns: readonly string[]; places: number[] } | undefined;
  return {
    putBack,
    take(columns: readonly string[], values: readonly string[]): number | undefined {
      if (seen?.columns !== columns) seen = { columns, places: table.columns.map((name) => columns.indexOf(name)) };
      return open.get(keyOf(seen.places.map((at) => values[at] ?? '')))?.pop();
    },
  };
}

/** `CODE:message:fields --`, several after each other with `;`. */
export function failedOutcome(text: string): RowOutcome {
  const errors = text
    .split(/ --;?/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, statusCode, message = '', fields = ''] =
        /^([A-Za-z_]+):([\s\S]*?)(?::([\w.,\s]*))?$/.exec(part.trim()) ?? [];
      if (statusCode === undefined) return { message: part.trim() };
      return {
        statusCode,
        message,
        fields: fields
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean),
      };
    });
  return refusedOutcome(400, errors);
}

function notAnswered(job: IngestJob): RowOutcome {
  // A job that failed as a whole before its first row has written nothing.
  if (job.state !== 'JobComplete' && job.processed === 0) {
    return { status: 'failure', error: notProcessed(job), again: 'never' };
  }
  return {
    status: 'unknown',
    error: {
      code: 'write-not-answered',
      message: `The ingest job ${job.id} says nothing about this record: it may be over the org's daily allocation.`,
    },
  };
}

const notProcessed = ({ id, state, errorMessage }: IngestJob) => ({
  code: 'write-job-failed',
  message: `The ingest job ${id} ended as ${state} before this record${errorMessage ? `: ${errorMessage}` : '.'}`,
});

import { AmpError } from '../../../errors/amp-error.ts';
import {
  abortJob,
  createIngestJob,
  type IngestJob,
  startJob,
  uploadRows,
  waitForIngest,
} from '../../../providers/salesforce/bulk/ingest-job.ts';
import { findField, type ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import type { WriteWorld } from '../execute-write.ts';
import type { WritePreparer } from '../prepare-write.ts';
import type { PreparedRow } from '../prepared.ts';
import type { RowOutcome } from '../write-outcome.ts';
import { renderTable, tableOf } from './ingest-csv.ts';
import { readOutcomes } from './ingest-results.ts';

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
  const found = await readOutcomes(client, ended, table);
  const outcomes = new Map(ordered.map((one, at) => [one, found[at]!]));
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

import { AmpError } from '../../errors/amp-error.ts';
import type { JsonObject } from '../../mapping/json.ts';
import { fetchNextPage, fetchQueryPage, type QueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { afterCondition } from '../../providers/salesforce/soql/conditions.ts';
import { renderQuery } from '../../providers/salesforce/soql/query-text.ts';
import { csvHeader, lineEncoder } from './encode.ts';
import { addDays, commitStep, type ReadTask, stampOf, versionOf } from './read-task.ts';

/** A lost locator starts a new query after the last committed row; more often than this in one place is no accident. */
const restartsWithoutProgress = 3;

/**
 * Reads page by page in (stamp, Id) order and commits each page. Whatever breaks the chain of pages (an expired locator, a
 * kill) costs at most one page: the next query begins after the last committed row.
 */
export async function readByRest(task: ReadTask): Promise<void> {
  for (let stuck = 0; ; ) {
    const before = task.checkpoint.records;
    try {
      await readQuery(task);
      return;
    } catch (error) {
      if (!isLostLocator(error)) throw error;
      stuck = task.checkpoint.records > before ? 0 : stuck + 1;
      if (stuck >= restartsWithoutProgress) throw error;
      await task.sink.rollback();
      task.operation.warning('The org dropped the query locator; reading goes on after the last committed row.', {
        subsystem: 'provider',
        code: 'INVALID_QUERY_LOCATOR',
      });
    }
  }
}

async function readQuery(task: ReadTask): Promise<void> {
  const { checkpoint, client, plan, signal, stampColumn } = task;
  const before = checkpoint.records;
  const { position } = checkpoint;
  const remaining = task.limit === undefined ? undefined : task.limit - before;
  if (remaining !== undefined && remaining <= 0) return;
  const soql = renderQuery({
    columns: plan.columns.map((column) => column.path.join('.')),
    object: plan.object,
    conditions: position ? [...task.conditions, afterCondition(stampColumn, position)] : task.conditions,
    orderBy: stampColumn ? [stampColumn, 'Id'] : ['Id'],
    limit: remaining,
  });
  const encode = lineEncoder(plan, task.format);
  let page = await fetchQueryPage(client, { soql, includeDeleted: false, signal });
  const total = page.totalSize;
  for (let rows = 0; ; ) {
    rows += page.records.length;
    const next = page.next;
    // The next page is on its way while this one is mapped and written.
    const upcoming = next === undefined ? undefined : fetchNextPage(client, next, signal);
    upcoming?.catch(() => {});
    await writePage(task, page, encode);
    if (!upcoming) {
      if (rows < total) throw countMismatch(rows, total);
      return;
    }
    page = await upcoming;
  }
}

async function writePage(task: ReadTask, page: QueryPage, encode: (record: JsonObject) => string): Promise<void> {
  const { dedupe, stampColumn, store } = task;
  const versions = page.records.map((record) => versionOf(record, stampColumn));
  const days = new Map<string, number>();
  let lines = task.format === 'csv' && task.checkpoint.offset === 0 ? csvHeader(task.plan) : '';
  let written = 0;
  for (const [index, record] of page.records.entries()) {
    const version = versions[index]!;
    if (dedupe && store.isSeen(dedupe.scope, dedupe.object, version)) continue;
    lines += encode(record);
    written++;
    if (task.countDays) {
      const day = new Date(version.stampMs).toISOString().slice(0, 10);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
  }
  if (lines !== '') await task.sink.write(Buffer.from(lines));
  const last = page.records.at(-1);
  await commitStep(
    task,
    (checkpoint) => {
      checkpoint.records += written;
      checkpoint.bytes += page.bytes;
      if (last) {
        const stampMs = stampColumn === undefined ? undefined : stampOf(last[stampColumn]);
        checkpoint.position = { stampMs, id: String(last.Id) };
      }
      if (task.countDays) addDays(checkpoint, days);
    },
    versions,
  );
}

function isLostLocator(error: unknown): boolean {
  return error instanceof AmpError && error.details?.errorCode === 'INVALID_QUERY_LOCATOR';
}

function countMismatch(rows: number, total: number): AmpError {
  return new AmpError({
    code: 'read-count-mismatch',
    message: `The pages held ${rows} rows and the org says the query has ${total}.`,
    details: { rows, total },
  });
}

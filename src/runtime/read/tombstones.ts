import { type JsonObject, renderJson } from '../../mapping/json.ts';
import { mapTombstone } from '../../mapping/map-record.ts';
import { findField } from '../../mapping/object-shape.ts';
import { fetchDeletedRecords } from '../../providers/salesforce/rest-read/deleted-records.ts';
import { fetchNextPage, fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { windowConditions } from '../../providers/salesforce/soql/conditions.ts';
import { renderQuery } from '../../providers/salesforce/soql/query-text.ts';
import type { RecordVersion } from './read-store.ts';
import { commitStep, type ReadTask, versionOf } from './read-task.ts';

interface Tombstone {
  id: string;
  /** As the org returned it. */
  raw: JsonObject;
  version: RecordVersion;
}

/**
 * Adds an entry for each row that was deleted in the window, in two steps: queryAll shows what is in the bin, and says of a
 * merged record what it was merged into; getDeleted also knows what is gone from there, hard deletes above all.
 */
export async function readTombstones(task: ReadTask, fromMs: number | undefined): Promise<void> {
  if (!task.stampColumn || !findField(task.object, 'IsDeleted') || task.format === 'csv') return;
  const told = await readBin(task, task.stampColumn, fromMs);
  if (fromMs !== undefined) await readPurged(task, fromMs, told);
}

/** Answers the ids of all that is in the bin, told now or before. */
async function readBin(task: ReadTask, stampColumn: string, fromMs: number | undefined): Promise<Set<string>> {
  const { object, dedupe, store, client, signal } = task;
  const isDeleted = findField(object, 'IsDeleted')!;
  const merged = findField(object, 'MasterRecordId');
  const soql = renderQuery({
    columns: ['Id', isDeleted.name, ...(merged ? [merged.name] : []), stampColumn],
    object: object.name,
    conditions: [`${isDeleted.name} = true`, ...windowConditions(stampColumn, { fromMs })],
    orderBy: [stampColumn, 'Id'],
  });
  const ids = new Set<string>();
  let page = await fetchQueryPage(client, { soql, includeDeleted: true, signal });
  for (;;) {
    const tombstones = page.records.map((raw) => {
      const version = versionOf(raw, stampColumn, true);
      ids.add(version.id);
      return { id: version.id, raw, version };
    });
    const isNews = ({ version }: Tombstone) => !dedupe || !store.isSeen(dedupe.scope, dedupe.object, version);
    await commitTombstones(task, tombstones.filter(isNews), page.bytes);
    if (page.next === undefined) return ids;
    page = await fetchNextPage(client, page.next, signal);
  }
}

const tombstonesAStep = 2000;

async function readPurged(task: ReadTask, fromMs: number, told: ReadonlySet<string>): Promise<void> {
  const { client, object, signal, dedupe, store, operation, checkpoint } = task;
  const deleted = await fetchDeletedRecords(client, object.name, { fromMs, toMs: checkpoint.startedAtMs, signal });
  if (!deleted) return;
  if (deleted.knownFromMs > fromMs) {
    operation.warning(
      `The org does not remember what was deleted for good before ${new Date(deleted.knownFromMs).toISOString()}; a full backfill compares.`,
      { subsystem: 'provider' },
    );
  }
  const tombstones = deleted.records
    .filter(({ id }) => !told.has(id) && !(dedupe && store.isSeenDeleted(dedupe.scope, dedupe.object, id)))
    .map(({ id, deletedDate, deletedAtMs }) => ({
      id,
      raw: { id, deletedDate },
      version: { id, stampMs: deletedAtMs, deleted: true },
    }));
  for (let at = 0; at < tombstones.length; at += tombstonesAStep) {
    await commitTombstones(task, tombstones.slice(at, at + tombstonesAStep), 0);
  }
}

async function commitTombstones(task: ReadTask, tombstones: readonly Tombstone[], bytes: number): Promise<void> {
  if (tombstones.length === 0) return;
  const lines = tombstones.map(({ id, raw }) => `${renderJson(mapTombstone(id, raw))}\n`);
  await task.sink.write(Buffer.from(lines.join('')));
  await commitStep(
    task,
    (checkpoint) => {
      checkpoint.records += tombstones.length;
      checkpoint.bytes += bytes;
    },
    tombstones.map(({ version }) => version),
  );
}

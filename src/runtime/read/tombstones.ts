import { renderJson } from '../../mapping/json.ts';
import { mapTombstone } from '../../mapping/map-record.ts';
import { findField } from '../../mapping/object-shape.ts';
import { fetchNextPage, fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { windowConditions } from '../../providers/salesforce/soql/conditions.ts';
import { renderQuery } from '../../providers/salesforce/soql/query-text.ts';
import { commitStep, type ReadTask, versionOf } from './read-task.ts';

/**
 * Adds an entry for each row that was deleted in the window: a plain query never shows them, queryAll does until the bin is
 * emptied. A merged record says what it was merged into.
 */
export async function readTombstones(task: ReadTask, fromMs: number | undefined): Promise<void> {
  const { object, stampColumn, dedupe, store, client, signal } = task;
  const isDeleted = findField(object, 'IsDeleted');
  if (!isDeleted || !stampColumn || task.format === 'csv') return;
  const merged = findField(object, 'MasterRecordId');
  const soql = renderQuery({
    columns: ['Id', isDeleted.name, ...(merged ? [merged.name] : []), stampColumn],
    object: object.name,
    conditions: [`${isDeleted.name} = true`, ...windowConditions(stampColumn, { fromMs })],
    orderBy: [stampColumn, 'Id'],
  });
  let page = await fetchQueryPage(client, { soql, includeDeleted: true, signal });
  for (;;) {
    const fresh = page.records
      .map((record) => ({ record, version: versionOf(record, stampColumn, true) }))
      .filter(({ version }) => !dedupe || !store.isSeen(dedupe.scope, dedupe.object, version));
    if (fresh.length > 0) {
      await task.sink.write(Buffer.from(fresh.map(({ record }) => `${renderJson(mapTombstone(record))}\n`).join('')));
      const versions = fresh.map(({ version }) => version);
      const { bytes } = page;
      await commitStep(
        task,
        (checkpoint) => {
          checkpoint.records += fresh.length;
          checkpoint.bytes += bytes;
        },
        versions,
      );
    }
    if (page.next === undefined) return;
    page = await fetchNextPage(client, page.next, signal);
  }
}

import type { JsonObject } from '../../mapping/json.ts';
import { findField } from '../../mapping/object-shape.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { fetchNextPage, fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { fetchRecordsById } from '../../providers/salesforce/rest-read/records-by-id.ts';
import { windowConditions } from '../../providers/salesforce/soql/conditions.ts';
import { renderQuery } from '../../providers/salesforce/soql/query-text.ts';
import { fetchOrgTime } from '../read/org-time.ts';
import type { Describe } from '../read/resolve-plan.ts';
import type { FollowWorld } from './follow.ts';

/** How following asks the org: records behind events, and windows that the stream could not tell. */
export function orgWorld(
  client: SalesforceClient,
  describe: Describe,
  signal: AbortSignal,
): Pick<FollowWorld, 'fetchRecords' | 'fetchWindow' | 'orgTime'> {
  return {
    orgTime: () => fetchOrgTime(client, signal),
    fetchRecords: ({ object, columns }, ids) => fetchRecordsById(client, { object, columns, ids, signal }),
    async *fetchWindow(subscription, window, phase) {
      const { object, columns } = subscription;
      const stampColumn = subscription.stampColumn ?? 'CreatedDate';
      const conditions = windowConditions(stampColumn, window);
      const orderBy = [stampColumn, 'Id'];
      if (phase === 'changed') yield* pages(renderQuery({ columns, object, conditions, orderBy }), false);
      else if (findField(await describe(object), 'IsDeleted')) {
        const known = [...new Set(['Id', 'CreatedDate', stampColumn])];
        yield* pages(
          renderQuery({ columns: known, object, conditions: ['IsDeleted = true', ...conditions], orderBy }),
          true,
        );
      }
    },
  };

  async function* pages(soql: string, includeDeleted: boolean): AsyncGenerator<JsonObject[]> {
    let page = await fetchQueryPage(client, { soql, includeDeleted, signal });
    for (;;) {
      yield page.records;
      if (page.next === undefined) return;
      page = await fetchNextPage(client, page.next, signal);
    }
  }
}

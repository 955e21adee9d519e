import { JsonFragment } from '../../../mapping/json-fragment.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { textLiteral } from '../soql/literal.ts';
import { renderQuery } from '../soql/query-text.ts';
import { fetchNextPage, fetchQueryPage } from './query-pages.ts';

/** Ids per query, each a call: as many as an event stream answers with at once. What no address holds travels in a body. */
const idsPerQuery = 500;

/** The records that the user can still see, by 18-character id; what is gone or hidden is missing from the map. */
export async function fetchRecordsById(
  client: SalesforceClient,
  query: { object: string; columns: readonly string[]; ids: Iterable<string>; signal: AbortSignal },
): Promise<Map<string, JsonFragment>> {
  const found = new Map<string, JsonFragment>();
  const ids = [...new Set(query.ids)];
  for (let from = 0; from < ids.length; from += idsPerQuery) {
    const list = ids
      .slice(from, from + idsPerQuery)
      .map(textLiteral)
      .join(',');
    const soql = renderQuery({ columns: query.columns, object: query.object, conditions: [`Id IN (${list})`] });
    let page = await fetchQueryPage(client, { soql, includeDeleted: false, signal: query.signal, keepTexts: true });
    for (;;) {
      for (const record of page.records) {
        found.set(String(record.Id), JsonFragment.fromValue(record, page.texts?.get(record)));
      }
      if (page.next === undefined) break;
      page = await fetchNextPage(client, page.next, query.signal);
    }
  }
  return found;
}

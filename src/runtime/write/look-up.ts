import type { Json, JsonObject } from '../../mapping/json.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { textLiteral } from '../../providers/salesforce/soql/literal.ts';

export interface Look {
  object: string;
  /** Id, or the external id field. */
  by: { field: string; match: 'number' | 'exact' | 'any-case' };
  fields: readonly string[];
  stampField: string | undefined;
  signal: AbortSignal;
}

export interface FoundRecords {
  /** By `lookKey` of the value they were asked for with. */
  records: Map<string, JsonObject>;
  /** The org's clock at the answer. */
  serverTimeMs: number | undefined;
}

/** Reads what the org holds for up to 200 ids or keys, with one query. Keys that it does not have are missing. */
export async function fetchRecords(
  client: SalesforceClient,
  look: Look,
  values: readonly string[],
): Promise<FoundRecords> {
  const { field, match } = look.by;
  const columns = [...new Set(['Id', field, ...look.fields, ...(look.stampField ? [look.stampField] : [])])];
  const literals = [...new Set(values)].map((value) =>
    match === 'number' ? String(Number(value)) : textLiteral(value),
  );
  const soql = `SELECT ${columns.join(', ')} FROM ${look.object} WHERE ${field} IN (${literals.join(', ')})`;
  const page = await fetchQueryPage(client, { soql, includeDeleted: false, signal: look.signal });
  return {
    records: new Map(page.records.map((record) => [lookKey(look.by, record[field] ?? ''), record])),
    serverTimeMs: page.orgTimeMs,
  };
}

/** One spelling of a key: the org compares numbers by value, and texts in any case unless the field says otherwise. */
export function lookKey({ match }: Look['by'], value: Json): string {
  if (match === 'number') return String(Number(value));
  return match === 'exact' ? String(value) : String(value).toLowerCase();
}

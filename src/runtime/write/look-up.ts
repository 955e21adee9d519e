import type { Json, JsonObject } from '../../mapping/json.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { textLiteral } from '../../providers/salesforce/soql/literal.ts';

export interface Look {
  object: string;
  /** Id, or the external id field. */
  by: { field: string; isNumber: boolean };
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
  const { field, isNumber } = look.by;
  const columns = [...new Set(['Id', field, ...look.fields, ...(look.stampField ? [look.stampField] : [])])];
  const literals = [...new Set(values)].map((value) => (isNumber ? String(Number(value)) : textLiteral(value)));
  const soql = `SELECT ${columns.join(', ')} FROM ${look.object} WHERE ${field} IN (${literals.join(', ')})`;
  const page = await fetchQueryPage(client, { soql, includeDeleted: false, signal: look.signal });
  return {
    records: new Map(page.records.map((record) => [lookKey(look.by, record[field] ?? ''), record])),
    serverTimeMs: page.orgTimeMs,
  };
}

/** One spelling of a key: the org matches texts in any case, and numbers by value. */
export function lookKey({ isNumber }: Look['by'], value: Json): string {
  return isNumber ? String(Number(value)) : String(value).toLowerCase();
}

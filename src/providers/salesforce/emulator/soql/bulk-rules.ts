import { SalesforceFault } from '../org.ts';
import type { Query } from './ast.ts';
import { isAggregate } from './operand.ts';
import type { CsvColumn } from './select-tree.ts';

const refused = (code: string, message: string) => new SalesforceFault(400, code, message);

/** What a Bulk API 2.0 query job refuses when it is created (Bulk API 2.0 guide, "SOQL considerations"). */
export function checkBulkQuery(query: Query, _source: string): void {
  if (query.groupBy)
    throw refused('API_ERROR', 'Implementation restriction: GROUP BY is not supported by the Bulk API');
  if (query.offset !== null)
    throw refused('API_ERROR', 'Implementation restriction: OFFSET is not supported by the Bulk API');
  for (const item of query.select) {
    if (item.kind === 'typeof')
      throw refused('API_ERROR', 'Implementation restriction: TYPEOF is not supported by the Bulk API');
    if (item.kind === 'subquery') {
      throw refused(
        'API_ERROR',
        'Implementation restriction: parent-to-child relationship queries are not supported by the Bulk API',
      );
    }
    if (item.kind === 'fields' && item.group !== 'STANDARD') {
      throw refused('API_ERROR', `Implementation restriction: FIELDS(${item.group}) is not supported by the Bulk API`);
    }
    if (item.kind === 'operand' && isAggregate(item.operand)) {
      throw refused('API_ERROR', 'Implementation restriction: aggregate functions are not supported by the Bulk API');
    }
  }
}

/** Compound fields are refused by their type, whatever path leads to them. */
export function checkBulkColumns(columns: readonly CsvColumn[]): void {
  const compound = columns.some(({ type }) => type === 'address' || type === 'location');
  if (compound) throw refused('API_ERROR', 'Selecting compound data not supported in Bulk Query');
}

import type { OrderItem, Query } from './ast.ts';
import { compileOperand } from './operand.ts';
import type { TableNode } from './scope.ts';
import { faultAt } from './soql-fault.ts';

/** ` ORDER BY …` or nothing. Nulls come first in both directions unless the query says otherwise. */
export function compileOrderBy(node: TableNode, items: OrderItem[]): string {
  if (items.length === 0) return '';
  return ` ORDER BY ${items.map((item) => orderTerm(node, item)).join(', ')}`;
}

function orderTerm(node: TableNode, item: OrderItem): string {
  const typed = compileOperand(node, item.operand);
  const compound = typed.type === 'address' || typed.type === 'location' || typed.type === 'multipicklist';
  if (compound || (typed.field && !typed.field.sortable)) {
    throw faultAt(
      node.root.compilation.source,
      item.at,
      'MALFORMED_QUERY',
      `field '${typed.name}' can not be sorted in a query call`,
    );
  }
  return typed.sql + direction(item, typed.field?.nillable === false && typed.path?.length === 1);
}

/** Leaving the nulls clause away where none can be lets SQLite walk an index. */
export function direction(item: OrderItem, neverNull: boolean): string {
  const way = item.descending ? ' DESC' : '';
  return neverNull ? way : `${way} NULLS ${item.nullsLast ? 'LAST' : 'FIRST'}`;
}

export const limitSql = (query: Query): string =>
  query.limit === null && query.offset === null ? '' : ` LIMIT ${query.limit ?? -1} OFFSET ${query.offset ?? 0}`;

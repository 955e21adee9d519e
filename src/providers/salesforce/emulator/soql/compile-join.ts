import type { Condition, Query } from './ast.ts';
import { compileCondition } from './compile-where.ts';
import { deletedFilter } from './deleted-filter.ts';
import { isId } from './literal-sql.ts';
import type { TypedSql } from './operand.ts';
import type { TableNode } from './scope.ts';
import { fromSql, newRoot, resolvePath } from './scope.ts';
import { faultAt, noSuchObject } from './soql-fault.ts';

/** `Id IN (SELECT AccountId FROM Contact …)`: inside, one id or reference field and no further nesting. */
export function compileJoin(node: TableNode, left: TypedSql, query: Query, negated: boolean, at: number): string {
  const { compilation } = node.root;
  const { source } = compilation;
  const refuse = (reason: string) => faultAt(source, at, 'MALFORMED_QUERY', reason);
  if (!isId(left.type)) {
    throw faultAt(
      source,
      at,
      'INVALID_FIELD',
      `Semi join sub-selects can only be used with reference or id fields: '${left.name}'`,
    );
  }
  const [from] = query.from;
  const object = compilation.schema.find(from!.path.join('.'));
  if (!object) throw faultAt(source, from!.at, 'INVALID_TYPE', noSuchObject(from!.path.join('.')));
  const [item] = query.select;
  if (query.select.length !== 1 || item?.kind !== 'operand' || item.operand.kind !== 'path') {
    throw refuse('semi join sub-selects can only select one field');
  }
  if (query.limit !== null || query.orderBy.length > 0 || query.groupBy) {
    throw refuse('semi join sub-selects cannot use ORDER BY, LIMIT or GROUP BY');
  }
  if (query.where && hasJoin(query.where)) throw refuse('Nesting of semi join sub-selects is not supported');
  if (query.where && hasOr(query.where)) throw refuse('OR operator is not supported in semi join sub-selects');
  const inner = newRoot(compilation, object);
  const column = resolvePath(inner, item.operand.parts, item.at);
  if (!isId(column.field.type)) {
    throw faultAt(
      source,
      item.at,
      'INVALID_FIELD',
      `The selected field '${column.field.name}' in the subquery must be an ID or reference field`,
    );
  }
  const where = [
    deletedFilter(inner),
    `${column.sql} IS NOT NULL`,
    query.where ? compileCondition(inner, query.where) : '',
  ];
  const sql = `${left.sql} IN (SELECT ${column.sql} FROM ${fromSql(inner)} WHERE ${where.filter(Boolean).join(' AND ')})`;
  return negated ? `((${sql}) IS NOT TRUE)` : sql;
}

const hasJoin = (condition: Condition): boolean =>
  condition.kind === 'join' ||
  (condition.kind === 'not' && hasJoin(condition.part)) ||
  ((condition.kind === 'and' || condition.kind === 'or') && condition.parts.some(hasJoin));
const hasOr = (condition: Condition): boolean =>
  condition.kind === 'or' ||
  (condition.kind === 'not' && hasOr(condition.part)) ||
  (condition.kind === 'and' && condition.parts.some(hasOr));

export function countJoins(condition: Condition | null): number {
  if (!condition) return 0;
  if (condition.kind === 'join') return 1;
  if (condition.kind === 'not') return countJoins(condition.part);
  if (condition.kind === 'and' || condition.kind === 'or')
    return condition.parts.reduce((n, part) => n + countJoins(part), 0);
  return 0;
}

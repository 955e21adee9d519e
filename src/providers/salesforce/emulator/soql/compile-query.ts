import type { SqlValue } from '../../../../store/database.ts';
import { SalesforceFault } from '../org.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Query } from './ast.ts';
import type { ChildPaging } from './child-paging.ts';
import { compileAggregate } from './compile-aggregate.ts';
import { countJoins } from './compile-join.ts';
import { compileOrderBy, limitSql } from './compile-order.ts';
import { compileSelect, stripAlias } from './compile-select.ts';
import { compileCondition } from './compile-where.ts';
import { deletedFilter } from './deleted-filter.ts';
import { isAggregate } from './operand.ts';
import type { Compilation, TableNode } from './scope.ts';
import { fromSql, newRoot } from './scope.ts';
import type { CsvColumn } from './select-tree.ts';
import { faultAt, noSuchObject } from './soql-fault.ts';

export type CompiledQuery =
  | { kind: 'count'; object: ObjectDefinition; sql: string; params: SqlValue[] }
  | { kind: 'aggregate'; object: ObjectDefinition; sql: string; params: SqlValue[] }
  | RowsQuery;

export interface RowsQuery {
  kind: 'rows';
  object: ObjectDefinition;
  alias: string;
  /** SQL of one record's JSON, over `from`. */
  json: string;
  columns: CsvColumn[];
  from: string;
  /** ` WHERE … ORDER BY … LIMIT …`, each part perhaps empty. */
  tail: string;
  /** The first `selectParams` belong to the select list, the rest to the tail. */
  params: SqlValue[];
  selectParams: number;
}

const maximumOffset = 2000;

/** Binds a parsed query to the schema. Throws SalesforceFault with the platform's code and place. */
export function compileQuery(compilation: Compilation, parsed: Query, paging: ChildPaging): CompiledQuery {
  const { source } = compilation;
  const [from] = parsed.from;
  const object = compilation.schema.find(from!.path.join('.'));
  if (!object) throw faultAt(source, from!.at, 'INVALID_TYPE', noSuchObject(from!.path.join('.')));
  const query = stripAlias(parsed);
  if (query.offset !== null && query.offset > maximumOffset) {
    throw new SalesforceFault(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  }
  if (countJoins(query.where) > 2) {
    throw faultAt(source, query.at, 'MALFORMED_QUERY', 'Maximum 2 semi join sub-selects are allowed');
  }
  const node = newRoot(compilation, object);
  if (isCount(query)) return compileCount(node, query);
  if (query.groupBy || query.select.some((item) => item.kind === 'operand' && isAggregate(item.operand))) {
    const sql = compileAggregate(node, query);
    return { kind: 'aggregate', object, sql, params: compilation.params };
  }
  const select = compileSelect(node, query, paging);
  const selectParams = compilation.params.length;
  const tail = whereSql(node, query) + compileOrderBy(node, query.orderBy) + limitSql(query);
  return {
    kind: 'rows',
    object,
    alias: node.alias,
    ...select,
    from: fromSql(node),
    tail,
    params: compilation.params,
    selectParams,
  };
}

const isCount = ({ select, groupBy }: Query): boolean => {
  const [item] = select;
  return (
    groupBy === null &&
    select.length === 1 &&
    item?.kind === 'operand' &&
    item.alias === null &&
    item.operand.kind === 'call' &&
    item.operand.name.toUpperCase() === 'COUNT' &&
    item.operand.args.length === 0
  );
};

function compileCount(node: TableNode, query: Query): CompiledQuery {
  const where = whereSql(node, query);
  const limit = limitSql(query);
  const sql = limit
    ? `SELECT count(*) AS n FROM (SELECT 1 FROM ${fromSql(node)}${where}${limit})`
    : `SELECT count(*) AS n FROM ${fromSql(node)}${where}`;
  return { kind: 'count', object: node.object, sql, params: node.root.compilation.params };
}

function whereSql(node: TableNode, query: Query): string {
  const parts = [
    deletedFilter(node),
    scopeSql(node, query),
    query.where ? compileCondition(node, query.where) : '',
  ].filter(Boolean);
  return parts.length > 0 ? ` WHERE ${parts.join(' AND ')}` : '';
}

/** USING SCOPE mine: the caller's own rows; every other scope shows what sharing would, which here is all. */
function scopeSql(node: TableNode, query: Query): string {
  if (query.scope?.toLowerCase() !== 'mine') return '';
  const owned = node.object.fields.some((field) => field.name === 'OwnerId');
  return owned ? `${node.alias}."OwnerId" = '${node.root.compilation.userId}'` : '';
}

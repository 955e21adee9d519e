import type { FieldType } from '../schema/field.ts';
import type { Operand, Query, SelectItem } from './ast.ts';
import { jsonColumn } from './column-text.ts';
import { direction, limitSql } from './compile-order.ts';
import { compileCondition } from './compile-where.ts';
import { deletedFilter } from './deleted-filter.ts';
import { compileOperand, isAggregate } from './operand.ts';
import type { TableNode } from './scope.ts';
import { fromSql } from './scope.ts';
import { concat } from './select-tree.ts';
import { faultAt } from './soql-fault.ts';

type Selected = SelectItem & { kind: 'operand' };

/**
 * A grouped query as `SELECT r` with one JSON text a group. ROLLUP and CUBE are a UNION of one grouping for each subset
 * of keys; a key that is rolled up reads null and GROUPING() of it is 1.
 */
export function compileAggregate(node: TableNode, query: Query): string {
  const { compilation } = node.root;
  const keys = query.groupBy?.items ?? [];
  const keyTexts = keys.map((key) => operandText(key));
  const items = query.select.map((item): Selected => {
    if (item.kind === 'operand') return item;
    throw faultAt(
      compilation.source,
      item.at,
      'MALFORMED_QUERY',
      'Grouped query cannot use child relationships in the SELECT list',
    );
  });
  for (const key of keys) {
    const typed = compileOperand(node, key);
    if (typed.field && !typed.field.groupable) {
      throw faultAt(
        compilation.source,
        key.at,
        'MALFORMED_QUERY',
        `field '${typed.name}' can not be grouped in a query call`,
      );
    }
  }
  for (const item of items) checkGrouped(node, item.operand, keyTexts);
  const aliases = new Map(items.filter((i) => i.alias !== null).map((i) => [i.alias!.toLowerCase(), i.operand]));
  const order = query.orderBy.map((item) => ({ ...item, operand: byAlias(item.operand, aliases) }));
  for (const item of order) checkGrouped(node, item.operand, keyTexts);
  const sets = groupingSets(keys.length, query.groupBy?.kind ?? 'plain');
  const where = [deletedFilter(node), query.where ? compileCondition(node, query.where) : ''].filter(Boolean);
  const having = query.having ? ` HAVING ${compileHaving(node, query)}` : '';
  const selects = sets.map((set) => {
    const value = (operand: Operand) => groupedSql(node, operand, keyTexts, set);
    const json = rowJson(node, items, value);
    const sortKeys = order.map((item, i) => `, ${value(item.operand).sql} AS o${i}`).join('');
    const grouped = [...set].map((i) => compileOperand(node, keys[i]!).sql);
    // A grouping set without keys is the grand total, one row even of nothing.
    const groupBy = grouped.length > 0 ? ` GROUP BY ${grouped.join(', ')}` : '';
    return () =>
      `SELECT ${json} AS r${sortKeys} FROM ${fromSql(node)}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}${groupBy}${having}`;
  });
  // Joins are complete only after every operand was compiled.
  const union = selects.map((select) => select()).join(' UNION ALL ');
  const terms = order.map((item, i) => `o${i}${direction(item, false)}`).join(', ');
  return `SELECT r FROM (${union})${terms ? ` ORDER BY ${terms}` : ''}${limitSql(query)}`;
}

/** Two operands are the same key when they read the same, whatever the case. */
const operandText = (operand: Operand): string =>
  operand.kind === 'path'
    ? operand.parts.join('.').toLowerCase()
    : `${operand.name}(${operand.args.map((arg) => (arg.kind === 'path' || arg.kind === 'call' ? operandText(arg) : '?')).join(',')})`.toLowerCase();

const byAlias = (operand: Operand, aliases: Map<string, Operand>): Operand =>
  operand.kind === 'path' && operand.parts.length === 1
    ? (aliases.get(operand.parts[0]!.toLowerCase()) ?? operand)
    : operand;

function checkGrouped(node: TableNode, operand: Operand, keys: string[]): void {
  if (isAggregate(operand) || keys.includes(operandText(operand))) return;
  const typed = compileOperand(node, operand);
  throw faultAt(
    node.root.compilation.source,
    operand.at,
    'MALFORMED_QUERY',
    `Field must be grouped or aggregated: ${typed.name}`,
  );
}

function groupingSets(count: number, kind: 'plain' | 'rollup' | 'cube'): Set<number>[] {
  const all = new Set(Array.from({ length: count }, (_, i) => i));
  if (kind === 'plain') return [all];
  if (kind === 'rollup')
    return Array.from({ length: count + 1 }, (_, dropped) => new Set([...all].slice(0, count - dropped)));
  const subsets = Array.from({ length: 2 ** count }, (_, bits) => new Set([...all].filter((i) => bits & (1 << i))));
  return subsets.sort((a, b) => b.size - a.size);
}

function groupedSql(node: TableNode, operand: Operand, keys: string[], set: Set<number>) {
  const key = keys.indexOf(operandText(operand));
  if (operand.kind === 'call' && operand.name.toUpperCase() === 'GROUPING') {
    const [argument] = operand.args;
    const index =
      argument && (argument.kind === 'path' || argument.kind === 'call') ? keys.indexOf(operandText(argument)) : -1;
    if (index === -1) {
      throw faultAt(
        node.root.compilation.source,
        operand.at,
        'MALFORMED_QUERY',
        'GROUPING takes a field of the GROUP BY',
      );
    }
    return { sql: set.has(index) ? '0' : '1', type: 'int' as const, name: 'GROUPING' };
  }
  const typed = compileOperand(node, operand);
  return key !== -1 && !set.has(key) ? { ...typed, sql: 'NULL' } : typed;
}

function rowJson(
  node: TableNode,
  items: Selected[],
  value: (operand: Operand) => { sql: string; type: FieldType; name: string },
): string {
  const { source } = node.root.compilation;
  const parts = [`'{"attributes":{"type":"AggregateResult"}'`];
  const used = new Set<string>();
  let expressions = 0;
  for (const item of items) {
    const typed = value(item.operand);
    // A call without alias is numbered, a grouped field keeps its own name.
    const key = item.alias ?? (item.operand.kind === 'call' ? `expr${expressions++}` : typed.name);
    if (used.has(key.toLowerCase())) throw faultAt(source, item.at, 'MALFORMED_QUERY', `duplicate alias: ${key}`);
    used.add(key.toLowerCase());
    parts.push(`',"${key}":'`, jsonColumn(typed.type, typed.sql));
  }
  return concat([...parts, `'}'`]);
}

function compileHaving(node: TableNode, query: Query): string {
  return compileCondition(node, query.having!);
}

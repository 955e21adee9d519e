import { quoteName } from '../schema/columns.ts';
import type { Query, SelectItem } from './ast.ts';
import type { ChildPaging } from './child-paging.ts';
import { jsonColumn } from './column-text.ts';
import { compileOrderBy } from './compile-order.ts';
import { compileCondition } from './compile-where.ts';
import { deletedFilter } from './deleted-filter.ts';
import { compileOperand } from './operand.ts';
import type { TableNode } from './scope.ts';
import { fieldSql, fromSql, newRoot, resolvePath } from './scope.ts';
import type { Branch, CsvColumn } from './select-tree.ts';
import { addLeaf, branchAt, branchJson, idSql, leafJson, newBranch } from './select-tree.ts';
import { faultAt, noSuchChildren } from './soql-fault.ts';

export interface CompiledSelect {
  /** SQL of one record's JSON. */
  json: string;
  columns: CsvColumn[];
}

/** The select list of a query over rows. */
export function compileSelect(node: TableNode, query: Query, paging: ChildPaging): CompiledSelect {
  const branch = newBranch(node);
  const columns: CsvColumn[] = [];
  let subqueries = 0;
  for (const item of query.select) {
    if (item.kind === 'subquery') {
      subqueries += 1;
      if (subqueries > 20) {
        throw faultAt(
          node.root.compilation.source,
          item.at,
          'MALFORMED_QUERY',
          'The maximum number of relationship subqueries is 20.',
        );
      }
      addChildren(node, branch, item, paging);
    } else if (item.kind === 'fields') addFields(node, branch, columns, query, item);
    else if (item.kind === 'typeof') addTypeof(node, branch, item);
    else addOperand(node, branch, columns, item);
  }
  return { json: branchJson(branch, node.root.compilation.apiVersion), columns };
}

function addOperand(
  node: TableNode,
  branch: Branch,
  columns: CsvColumn[],
  item: SelectItem & { kind: 'operand' },
): void {
  const { compilation } = node.root;
  const duplicate = (name: string) =>
    faultAt(compilation.source, item.at, 'MALFORMED_QUERY', `duplicate field selected: ${name}`);
  const { operand } = item;
  if (operand.kind === 'call') {
    const typed = compileOperand(node, operand);
    const key = item.alias ?? typed.field?.name ?? `expr${columns.length}`;
    if (!addLeaf(branch, key, jsonColumn(typed.type, typed.sql))) throw duplicate(key);
    columns.push({ header: key, type: typed.type, sql: typed.sql });
    return;
  }
  if (item.alias !== null) {
    throw faultAt(compilation.source, item.at, 'MALFORMED_QUERY', 'only aggregate expressions use field aliasing');
  }
  const resolved = resolvePath(node, operand.parts, item.at);
  const relationships = resolved.path.slice(0, -1);
  const owner = branchAt(branch, relationships);
  const json =
    resolved.node.kind === 'table'
      ? leafJson(resolved.node, resolved.field)
      : jsonColumn(resolved.field.type, resolved.sql);
  if (!addLeaf(owner, resolved.field.name, json)) throw duplicate(resolved.path.join('.'));
  columns.push({ header: resolved.path.join('.'), type: resolved.field.type, sql: resolved.sql });
}

function addFields(
  node: TableNode,
  branch: Branch,
  columns: CsvColumn[],
  query: Query,
  item: SelectItem & { kind: 'fields' },
): void {
  const { compilation } = node.root;
  if (item.group !== 'STANDARD' && (query.limit === null || query.limit > 200)) {
    throw faultAt(
      compilation.source,
      item.at,
      'MALFORMED_QUERY',
      'The SOQL FIELDS function must have a LIMIT of at most 200',
    );
  }
  for (const field of compilation.schema.fields(node.object, compilation.userId)) {
    if (item.group === 'CUSTOM' && !field.custom) continue;
    if (item.group === 'STANDARD' && field.custom) continue;
    if (addLeaf(branch, field.name, leafJson(node, field))) {
      columns.push({ header: field.name, type: field.type, sql: fieldSql(node, field) });
    }
  }
}

/** `TYPEOF What WHEN Account THEN Phone ELSE Name END`: each target has its own fields. */
function addTypeof(node: TableNode, branch: Branch, item: SelectItem & { kind: 'typeof' }): void {
  const { compilation } = node.root;
  const named = resolvePath(node, [...item.path, 'Id'], item.at);
  if (named.node.kind !== 'polymorphic') {
    throw faultAt(
      compilation.source,
      item.at,
      'MALFORMED_QUERY',
      `Cannot use TYPEOF on a relationship that is not polymorphic: ${item.path.join('.')}`,
    );
  }
  const polymorphic = named.node;
  const cases = polymorphic.targets.map((target) => {
    const when = item.whens.find((w) => w.object.toLowerCase() === target.object.name.toLowerCase());
    const own = newBranch(target);
    for (const path of when?.fields ?? item.otherwise) {
      const name = path.parts.at(-1)!;
      const isName = !when && name.toLowerCase() === 'name';
      const field = isName
        ? target.object.fields.find((f) => f.nameField)!
        : resolvePath(target, path.parts, path.at).field;
      addLeaf(own, isName ? 'Name' : field.name, leafJson(target, field));
    }
    return `WHEN '${target.object.keyPrefix}' THEN ${branchJson(own, compilation.apiVersion)}`;
  });
  const json = `iif(${polymorphic.idSql} IS NULL, 'null', CASE substr(${polymorphic.idSql}, 1, 3) ${cases.join(' ')} ELSE 'null' END)`;
  const key = named.path.at(-2)!;
  if (!addLeaf(branch, key, json)) {
    throw faultAt(compilation.source, item.at, 'MALFORMED_QUERY', `duplicate field selected: ${key}`);
  }
}

/** `(SELECT … FROM Contacts)`: a list with its own count and paging, null when empty. */
function addChildren(
  node: TableNode,
  branch: Branch,
  item: SelectItem & { kind: 'subquery' },
  paging: ChildPaging,
): void {
  const { query } = item;
  const child = compileChildren(node, query, paging);
  const next = paging.register(query, child.relationship);
  const shown = query.limit === null ? 'max(total)' : `min(max(total), ${query.limit})`;
  const json = `(SELECT CASE count(*) WHEN 0 THEN 'null' ELSE concat('{"totalSize":', ${shown}, iif(${shown} > count(*), concat(',"done":false,"nextRecordsUrl":"\\u0000${next}/', ${idSql(node)}, '"'), ',"done":true'), ',"records":[', group_concat(r, ','), ']}') END FROM (${child.sql} LIMIT ${Math.min(query.limit ?? paging.pageRows, paging.pageRows)}))`;
  if (!addLeaf(branch, child.relationship, json)) {
    throw faultAt(
      node.root.compilation.source,
      item.at,
      'MALFORMED_QUERY',
      `duplicate field selected: ${child.relationship}`,
    );
  }
}

export function childRelationship(node: TableNode, query: Query) {
  const { compilation } = node.root;
  const [from] = query.from;
  const name = from!.path.at(-1)!;
  const found = compilation.schema
    .children(node.object)
    .find(({ field }) => field.childRelationshipName?.toLowerCase() === name.toLowerCase());
  if (!found) throw faultAt(compilation.source, from!.at, 'INVALID_TYPE', noSuchChildren(name));
  return found;
}

function compileChildren(node: TableNode, query: Query, paging: ChildPaging): { sql: string; relationship: string } {
  const { compilation } = node.root;
  const { child, field } = childRelationship(node, query);
  const inner = newRoot(compilation, child);
  const select = compileSelect(inner, stripAlias(query), paging);
  const where = [
    `${inner.alias}.${quoteName(field.name)} = ${idSql(node)}`,
    deletedFilter(inner),
    query.where ? compileCondition(inner, query.where) : '',
  ].filter(Boolean);
  const order = compileOrderBy(inner, query.orderBy);
  const sql = `SELECT ${select.json} AS r, count(*) OVER () AS total FROM ${fromSql(inner)} WHERE ${where.join(' AND ')}${order}`;
  return { sql, relationship: field.childRelationshipName! };
}

/**
 * Aliases become paths: `FROM Contact c, c.Account a` makes `c.Name` and `Contact.Name` plain `Name`, `a.Name` → `Account.Name`.
 * Subqueries have their own names.
 */
export function stripAlias(query: Query): Query {
  const [from, ...others] = query.from;
  const prefixes = new Map<string, string[]>();
  for (const name of [from!.alias, from!.path.at(-1)!]) if (name !== null) prefixes.set(name.toLowerCase(), []);
  for (const { path, alias } of others) {
    const start = prefixes.get(path[0]!.toLowerCase());
    if (alias !== null) prefixes.set(alias.toLowerCase(), start ? [...start, ...path.slice(1)] : path);
  }
  return { ...(withoutPrefixes({ ...query, from: null }, prefixes) as Query), from: query.from };
}

function withoutPrefixes(value: unknown, prefixes: Map<string, string[]>): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutPrefixes(one, prefixes));
  if (typeof value !== 'object' || value === null) return value;
  const node = value as Record<string, unknown>;
  if (node.kind === 'subquery') return node;
  if (node.kind === 'join') return { ...node, left: withoutPrefixes(node.left, prefixes) };
  if (node.kind === 'path') {
    const [first, ...rest] = node.parts as string[];
    const prefix = rest.length > 0 ? prefixes.get(first!.toLowerCase()) : undefined;
    return prefix ? { ...node, parts: [...prefix, ...rest] } : node;
  }
  return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, withoutPrefixes(inner, prefixes)]));
}

import type { SqlValue } from '../../../../store/database.ts';
import { quoteName } from '../schema/columns.ts';
import type { FieldDefinition } from '../schema/field.ts';
import { field, readOnly } from '../schema/field.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import { compileFormula } from './formula.ts';
import { faultAt, noSuchColumn, noSuchParent } from './soql-fault.ts';

/** What one compilation shares: the schema as this user sees it, the parameters, names that do not collide. */
export interface Compilation {
  schema: Schema;
  source: string;
  userId: string;
  apiVersion: string;
  zone: string;
  now: number;
  /** Queries refuse to see deleted rows unless asked. */
  includeDeleted: boolean;
  params: SqlValue[];
  aliases: number;
}

/** A numbered parameter, so that fragments may be put together in any order. */
export function bind(compilation: Compilation, value: SqlValue): string {
  compilation.params.push(value);
  return `?${compilation.params.length}`;
}

/** A table in the FROM of one SELECT; parents join lazily and once. */
export interface TableNode {
  kind: 'table';
  object: ObjectDefinition;
  alias: string;
  parents: Map<string, TableNode | PolymorphicNode>;
  root: Root;
}

/** A lookup to several objects: its fields come from whichever table has the id; the platform calls it `Name`. */
export interface PolymorphicNode {
  kind: 'polymorphic';
  field: FieldDefinition;
  idSql: string;
  targets: TableNode[];
}

export interface Root {
  compilation: Compilation;
  joins: string[];
}

/** A readable column: the SQL of its raw value and the field it comes from. */
export interface ResolvedField {
  field: FieldDefinition;
  node: TableNode | PolymorphicNode;
  sql: string;
  /** Canonical relationship names, then the field's. */
  path: string[];
}

const maximumLevels = 5;

export function newRoot(compilation: Compilation, object: ObjectDefinition): TableNode {
  compilation.aliases += 1;
  const root: Root = { compilation, joins: [] };
  return { kind: 'table', object, alias: `t${compilation.aliases}`, parents: new Map(), root };
}

/** `table alias LEFT JOIN …`; call it after everything was resolved. */
export function fromSql(node: TableNode): string {
  return [`${quoteName(node.object.name)} ${node.alias}`, ...node.root.joins].join(' ');
}

/** Follows relationship names to a field. Throws INVALID_FIELD with the place. */
export function resolvePath(node: TableNode, parts: string[], at: number): ResolvedField {
  const { compilation } = node.root;
  if (parts.length - 1 > maximumLevels) {
    throw faultAt(
      compilation.source,
      at,
      'INVALID_FIELD',
      'SOQL statements cannot query more than 5 levels of relationships.',
    );
  }
  let current: TableNode | PolymorphicNode = node;
  const path: string[] = [];
  for (const part of parts.slice(0, -1)) {
    const next = parentOf(current, part);
    if (!next) throw faultAt(compilation.source, at, 'INVALID_FIELD', noSuchParent(part));
    path.push(next.name);
    current = next.node;
  }
  const name = parts.at(-1)!;
  const found = current.kind === 'table' ? tableField(current, name) : polymorphicField(current, name, compilation);
  if (!found) {
    const owner = current.kind === 'table' ? current.object.name : 'Name';
    throw faultAt(compilation.source, at, 'INVALID_FIELD', noSuchColumn(name, owner));
  }
  return { ...found, node: current, path: [...path, found.field.name] };
}

function tableField(node: TableNode, name: string): { field: FieldDefinition; sql: string } | undefined {
  const { compilation } = node.root;
  const field = compilation.schema.field(node.object, name, compilation.userId);
  return field && { field, sql: fieldSql(node, field) };
}

/** The fields that every `Name` has, from the target that holds the id. */
function polymorphicField(node: PolymorphicNode, name: string, compilation: Compilation) {
  if (name.toLowerCase() === 'type') {
    const cases = node.targets.map((t) => `WHEN '${t.object.keyPrefix}' THEN '${t.object.name}'`);
    const sql = `CASE substr(${node.idSql}, 1, 3) ${cases.join(' ')} END`;
    return { field: typeField, sql };
  }
  const wanted = name.toLowerCase();
  if (wanted === 'id' && node.targets[0]) {
    return { field: compilation.schema.field(node.targets[0].object, 'Id')!, sql: node.idSql };
  }
  const having = node.targets.flatMap((target) => {
    const field =
      wanted === 'name'
        ? target.object.fields.find((f) => f.nameField)
        : compilation.schema.field(target.object, name, compilation.userId);
    return field ? [{ field, sql: fieldSql(target, field) }] : [];
  });
  if (having.length === 0) return undefined;
  const field = wanted === 'name' ? { ...having[0]!.field, name: 'Name' } : having[0]!.field;
  return { field, sql: having.length === 1 ? having[0]!.sql : `coalesce(${having.map((h) => h.sql).join(', ')})` };
}

/** Polymorphic relationships say which object they point at. */
const typeField = field('picklist', 'Type', 'Type', { ...readOnly, length: 40 });

export function parentOf(
  node: TableNode | PolymorphicNode,
  relationship: string,
): { name: string; node: TableNode | PolymorphicNode } | undefined {
  if (node.kind === 'polymorphic') return undefined;
  const { compilation } = node.root;
  const wanted = relationship.toLowerCase();
  const field = compilation.schema
    .fields(node.object, compilation.userId)
    .find((f) => f.relationshipName?.toLowerCase() === wanted);
  if (!field) return undefined;
  const key = field.name;
  let parent = node.parents.get(key);
  if (!parent) {
    parent = joinParent(node, field);
    node.parents.set(key, parent);
  }
  return { name: field.relationshipName!, node: parent };
}

function joinParent(node: TableNode, field: FieldDefinition): TableNode | PolymorphicNode {
  const { root } = node;
  const { schema } = root.compilation;
  const idSql = `${node.alias}.${quoteName(field.name)}`;
  const targets = field.referenceTo
    .flatMap((name) => schema.find(name) ?? [])
    .map((object): TableNode => {
      root.compilation.aliases += 1;
      const alias = `t${root.compilation.aliases}`;
      root.joins.push(`LEFT JOIN ${quoteName(object.name)} ${alias} ON ${alias}."Id" = ${idSql}`);
      return { kind: 'table', object, alias, parents: new Map(), root };
    });
  return field.referenceTo.length === 1 && targets[0] ? targets[0] : { kind: 'polymorphic', field, idSql, targets };
}

/** The raw value: a column, a formula's expression, or a roll-up over the children. */
export function fieldSql(node: TableNode, field: FieldDefinition): string {
  if (field.formula !== null) {
    return compileFormula(field.formula, {
      field: (parts) => {
        const resolved = resolvePath(node, parts, 0);
        return { sql: resolved.sql, type: resolved.field.type };
      },
      now: node.root.compilation.now,
      zone: node.root.compilation.zone,
    }).sql;
  }
  if (field.rollup) {
    const { child, by, operation, field: summed } = field.rollup;
    const value = summed ? `r.${quoteName(summed)}` : '*';
    const aggregate = operation === 'SUM' ? `total(${value})` : `${operation.toLowerCase()}(${value})`;
    const sql = `(SELECT ${aggregate} FROM ${quoteName(child)} r WHERE r.${quoteName(by)} = ${node.alias}."Id" AND r."IsDeleted" = 0)`;
    // total() is a float; a sum of whole numbers reads as one.
    return operation === 'SUM' ? `(${sql} + 0)` : sql;
  }
  return `${node.alias}.${quoteName(field.name)}`;
}

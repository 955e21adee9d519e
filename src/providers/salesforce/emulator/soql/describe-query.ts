import type { QueryDescription } from '../org.ts';
import type { FieldDefinition, FieldType } from '../schema/field.ts';
import type { Query } from './ast.ts';
import { childRelationship, stripAlias } from './compile-select.ts';
import { compileOperand, isAggregate } from './operand.ts';
import type { Compilation, TableNode } from './scope.ts';
import { newRoot, resolvePath } from './scope.ts';
import { faultAt, noSuchObject } from './soql-fault.ts';

/** One column of `columns=true`; parents and child lists hold theirs in `joinColumns`. */
export interface ColumnMetadata {
  aggregate: boolean;
  apexType: string | null;
  booleanType: boolean;
  columnName: string;
  custom: boolean;
  displayName: string;
  foreignKeyName: string | null;
  insertable: boolean;
  joinColumns: ColumnMetadata[];
  numberType: boolean;
  textType: boolean;
  updatable: boolean;
}

const apexTypes: Partial<Record<FieldType, string>> = {
  id: 'Id',
  reference: 'Id',
  boolean: 'Boolean',
  int: 'Integer',
  long: 'Long',
  double: 'Double',
  currency: 'Double',
  percent: 'Double',
  date: 'Date',
  datetime: 'Datetime',
  time: 'Time',
  address: 'System.Address',
  location: 'System.Location',
  base64: 'Blob',
};
const numbers = new Set<FieldType>(['int', 'long', 'double', 'currency', 'percent']);

/** The columns a query answers with, as `GET /query?columns=true` tells them. */
export function describeColumns(compilation: Compilation, parsed: Query): QueryDescription {
  const [from] = parsed.from;
  const name = from!.path.join('.');
  const object = compilation.schema.find(name);
  if (!object) throw faultAt(compilation.source, from!.at, 'INVALID_TYPE', noSuchObject(name));
  const query = stripAlias(parsed);
  const columns = queryColumns(newRoot(compilation, object), query);
  return {
    columnMetadata: columns,
    entityName: object.name,
    groupBy: query.groupBy !== null,
    idSelected: columns.some((column) => column.columnName === 'Id'),
    keyPrefix: object.keyPrefix,
  };
}

function queryColumns(node: TableNode, query: Query): ColumnMetadata[] {
  const columns: ColumnMetadata[] = [];
  let expressions = 0;
  const { schema, userId } = node.root.compilation;
  for (const item of query.select) {
    if (item.kind === 'fields') {
      for (const field of schema.fields(node.object, userId)) {
        if (item.group === 'ALL' || field.custom === (item.group === 'CUSTOM')) columns.push(fieldColumn(field));
      }
    } else if (item.kind === 'typeof') columns.push(column(item.path.join('.'), null));
    else if (item.kind === 'subquery') columns.push(childColumn(node, item.query));
    else if (item.operand.kind === 'path') addPath(columns, node, item.operand.parts, item.at, item.alias);
    else {
      const typed = compileOperand(node, item.operand);
      const name = item.alias ?? (query.groupBy || isAggregate(item.operand) ? `expr${expressions++}` : typed.name);
      const argument = item.operand.args[0];
      const shown = argument?.kind === 'path' ? argument.parts.join('.') : '';
      columns.push({
        ...column(name, typed.type),
        aggregate: isAggregate(item.operand),
        displayName: item.alias ?? `${item.operand.name.toLowerCase()}(${shown})`,
      });
    }
  }
  return columns;
}

function addPath(columns: ColumnMetadata[], node: TableNode, parts: string[], at: number, alias: string | null): void {
  const { field, path } = resolvePath(node, parts, at);
  let level = columns;
  for (const relationship of path.slice(0, -1)) {
    let parent = level.find((one) => one.columnName === relationship && one.joinColumns.length > 0);
    if (!parent) {
      parent = { ...column(relationship, null), foreignKeyName: relationship };
      level.push(parent);
    }
    level = parent.joinColumns;
  }
  level.push(alias === null ? fieldColumn(field) : { ...fieldColumn(field), columnName: alias, displayName: alias });
}

function childColumn(node: TableNode, query: Query): ColumnMetadata {
  const { child, field } = childRelationship(node, query);
  const inner = newRoot(node.root.compilation, child);
  const name = field.childRelationshipName!;
  return { ...column(name, null), aggregate: true, joinColumns: queryColumns(inner, stripAlias(query)) };
}

function fieldColumn(field: FieldDefinition): ColumnMetadata {
  return {
    ...column(field.name, field.type),
    custom: field.custom ?? false,
    insertable: field.createable ?? false,
    updatable: field.updateable ?? false,
  };
}

function column(name: string, type: FieldType | null): ColumnMetadata {
  const apexType = type === null ? null : (apexTypes[type] ?? 'String');
  return {
    aggregate: false,
    apexType,
    booleanType: type === 'boolean',
    columnName: name,
    custom: false,
    displayName: name,
    foreignKeyName: null,
    insertable: false,
    joinColumns: [],
    numberType: type !== null && numbers.has(type),
    textType: apexType === 'String',
    updatable: false,
  };
}

import { quoteName } from '../schema/columns.ts';
import type { FieldDefinition, FieldType } from '../schema/field.ts';
import { csvColumn, jsonColumn } from './column-text.ts';
import type { PolymorphicNode, TableNode } from './scope.ts';
import { fieldSql, parentOf } from './scope.ts';

/** One JSON object of the answer: attributes, then keys in SELECT order, parents as nested branches. */
export interface Branch {
  node: TableNode | PolymorphicNode;
  entries: Map<string, Entry>;
}

type Entry = { key: string; json: string } | { key: string; branch: Branch };

export const newBranch = (node: TableNode | PolymorphicNode): Branch => ({ node, entries: new Map() });

/** False when the key is there already. */
export function addLeaf(branch: Branch, key: string, json: string): boolean {
  if (branch.entries.has(key.toLowerCase())) return false;
  branch.entries.set(key.toLowerCase(), { key, json });
  return true;
}

/** The branch at the end of these relationship names, made where missing. */
export function branchAt(branch: Branch, relationships: string[]): Branch {
  let current = branch;
  for (const name of relationships) {
    const existing = current.entries.get(name.toLowerCase());
    if (existing && 'branch' in existing) {
      current = existing.branch;
      continue;
    }
    const parent = parentOf(current.node, name)!;
    const next = newBranch(parent.node);
    current.entries.set(name.toLowerCase(), { key: parent.name, branch: next });
    current = next;
  }
  return current;
}

/** A column's JSON; compounds are put together from their parts. */
export function leafJson(node: TableNode, field: FieldDefinition): string {
  if (field.type === 'address' || field.type === 'location') return compoundJson(node, field);
  if (field.type === 'base64') return 'null';
  return jsonColumn(field.type, fieldSql(node, field));
}

/** SQL of one record as JSON text; `null` where a parent is missing. */
export function branchJson(branch: Branch, apiVersion: string): string {
  const { node } = branch;
  const parts: string[] = attributesSql(node, apiVersion);
  for (const entry of branch.entries.values()) {
    parts.push(`',"${entry.key}":'`, 'branch' in entry ? nullable(entry.branch, apiVersion) : entry.json);
  }
  parts.push(`'}'`);
  return concat(parts);
}

function nullable(branch: Branch, apiVersion: string): string {
  return `iif(${idSql(branch.node)} IS NULL, 'null', ${branchJson(branch, apiVersion)})`;
}

export const idSql = (node: TableNode | PolymorphicNode): string =>
  node.kind === 'table' ? `${node.alias}."Id"` : node.idSql;

function attributesSql(node: TableNode | PolymorphicNode, apiVersion: string): string[] {
  const base = `/services/data/v${apiVersion}/sobjects/`;
  if (node.kind === 'table') {
    return [`'{"attributes":{"type":"${node.object.name}","url":"${base}${node.object.name}/'`, idSql(node), `'"}'`];
  }
  const names = node.targets.map((t) => `WHEN '${t.object.keyPrefix}' THEN '${t.object.name}'`).join(' ');
  return [
    `'{"attributes":{"type":"Name","url":"${base}'`,
    `CASE substr(${node.idSql}, 1, 3) ${names} END`,
    `'/'`,
    node.idSql,
    `'"}'`,
  ];
}

const addressParts = ['City', 'Country', 'GeocodeAccuracy', 'Latitude', 'Longitude', 'PostalCode', 'State', 'Street'];

/** An address or geolocation object, or null when every part is. */
function compoundJson(node: TableNode, field: FieldDefinition): string {
  const parts = node.object.fields.filter((part) => part.compoundFieldName === field.name);
  const stem = field.type === 'address' ? field.name.replace(/Address$/, '') : `${field.name.slice(0, -1)}`;
  const keys = field.type === 'address' ? addressParts : ['Latitude', 'Longitude'];
  const found = keys.flatMap((key) => {
    const part = parts.find((p) => p.name === `${stem}${key}` || p.name === `${stem}${key}__s`);
    return part
      ? [{ key: key[0]!.toLowerCase() + key.slice(1), part, sql: `${node.alias}.${quoteName(part.name)}` }]
      : [];
  });
  const pieces = found.flatMap(({ key, part, sql }, i) => [
    `'${i === 0 ? '{' : ','}"${key}":'`,
    jsonColumn(part.type, sql),
  ]);
  return `iif(coalesce(${found.map(({ sql }) => sql).join(', ')}) IS NULL, 'null', ${concat([...pieces, `'}'`])})`;
}

/** SQLite takes 1,000 arguments: FIELDS(ALL) of a wide object has more pieces. */
export function concat(parts: string[]): string {
  if (parts.length <= 900) return `concat(${parts.join(', ')})`;
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += 900) groups.push(concat(parts.slice(i, i + 900)));
  return concat(groups);
}

export interface CsvColumn {
  header: string;
  type: FieldType;
  sql: string;
}

/** SQL of one CSV line: every value quoted, quotes doubled, null as nothing. */
export function csvLine(columns: CsvColumn[], delimiter: string, lineEnding: string): string {
  const between = `'"${delimiter.replaceAll("'", "''")}"'`;
  const parts = columns.flatMap((column, i) => [i === 0 ? `'"'` : between, csvColumn(column.type, column.sql)]);
  return concat([...parts, `'"' || ${lineEnding === '\r\n' ? 'char(13, 10)' : 'char(10)'}`]);
}

export function csvHeader(columns: CsvColumn[], delimiter: string, lineEnding: string): string {
  return columns.map((column) => `"${column.header}"`).join(delimiter) + lineEnding;
}

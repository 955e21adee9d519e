import type { FieldDefinition, FieldType } from '../schema/field.ts';
import type { Call, Literal, Operand } from './ast.ts';
import type { TableNode } from './scope.ts';
import { resolvePath } from './scope.ts';
import { faultAt } from './soql-fault.ts';

/** An operand as SQL with the type its literals must have. */
export interface TypedSql {
  sql: string;
  type: FieldType;
  /** The field itself, when it is one and not a function of it. */
  field?: FieldDefinition;
  /** For messages. */
  name: string;
  aggregate: boolean;
  path?: string[];
}

const aggregates = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']);

export const isAggregate = (operand: Operand): boolean =>
  operand.kind === 'call' && (aggregates.has(operand.name.toUpperCase()) || operand.name.toUpperCase() === 'GROUPING');

/** Throws INVALID_FIELD or MALFORMED_QUERY with the place. */
export function compileOperand(node: TableNode, operand: Operand): TypedSql {
  if (operand.kind === 'path') {
    const { field, sql, path } = resolvePath(node, operand.parts, operand.at);
    return { sql, type: field.type, field, name: field.name, aggregate: false, path };
  }
  return compileCall(node, operand);
}

function compileCall(node: TableNode, call: Call): TypedSql {
  const name = call.name.toUpperCase();
  if (aggregates.has(name)) return compileAggregate(node, call, name);
  const dateFunction = dateFunctions[name];
  if (dateFunction) {
    const { sql, type } = dateArgument(node, call);
    return { ...dateFunction(sql), name: call.name, aggregate: false, ...(type === 'time' && { type: 'int' }) };
  }
  if (name === 'DISTANCE') return compileDistance(node, call);
  if (name === 'TOLABEL' || name === 'CONVERTCURRENCY' || name === 'FORMAT' || name === 'CONVERTTIMEZONE') {
    const inner = compileOperand(node, onlyOperand(node, call));
    if (name === 'TOLABEL') return { ...inner, sql: labelSql(inner) };
    if (name === 'FORMAT') return { ...inner, sql: `CAST(${inner.sql} AS TEXT)`, type: 'string' };
    if (name === 'CONVERTTIMEZONE') return { ...inner, sql: `local_ms(${inner.sql}, '${node.root.compilation.zone}')` };
    return inner;
  }
  throw faultAt(node.root.compilation.source, call.at, 'MALFORMED_QUERY', `unexpected token: '${call.name}'`);
}

function compileAggregate(node: TableNode, call: Call, name: string): TypedSql {
  if (call.args.length === 0 && name === 'COUNT')
    return { sql: 'count(*)', type: 'int', name: call.name, aggregate: true };
  const inner = compileOperand(node, onlyOperand(node, call));
  const { source } = node.root.compilation;
  if (inner.field && !inner.field.aggregatable) {
    throw faultAt(
      source,
      call.at,
      'MALFORMED_QUERY',
      `field ${inner.name} does not support aggregate operator ${name}`,
    );
  }
  const numeric = ['int', 'long', 'double', 'currency', 'percent'].includes(inner.type);
  if ((name === 'SUM' || name === 'AVG') && !numeric) {
    throw faultAt(
      source,
      call.at,
      'MALFORMED_QUERY',
      `field ${inner.name} does not support aggregate operator ${name}`,
    );
  }
  const base = { name: call.name, aggregate: true };
  if (name === 'COUNT') return { ...base, sql: `count(${inner.sql})`, type: 'int' };
  if (name === 'COUNT_DISTINCT') return { ...base, sql: `count(DISTINCT ${inner.sql})`, type: 'int' };
  return { ...base, sql: `${name.toLowerCase()}(${inner.sql})`, type: name === 'AVG' ? 'double' : inner.type };
}

function onlyOperand(node: TableNode, call: Call): Operand {
  const argument = call.args[0];
  if (call.args.length !== 1 || !argument || !isOperand(argument)) {
    throw faultAt(node.root.compilation.source, call.at, 'MALFORMED_QUERY', `unexpected token: '${call.name}'`);
  }
  return argument;
}

const isOperand = (value: Operand | Literal): value is Operand => value.kind === 'path' || value.kind === 'call';

/** The argument as `yyyy-MM-dd`… text or, for a time of day, as it stands. */
function dateArgument(node: TableNode, call: Call): { sql: string; type: FieldType } {
  const inner = compileOperand(node, onlyOperand(node, call));
  if (inner.type === 'datetime') {
    return { sql: `strftime('%Y-%m-%dT%H:%M:%S', ${inner.sql} / 1000, 'unixepoch')`, type: 'datetime' };
  }
  if (inner.type !== 'date' && inner.type !== 'time') {
    throw faultAt(
      node.root.compilation.source,
      call.at,
      'INVALID_FIELD',
      `field '${inner.name}' can not be used with function ${call.name.toUpperCase()}`,
    );
  }
  return { sql: inner.sql, type: inner.type };
}

const part = (from: number, length: number) => (sql: string) => ({
  sql: `CAST(substr(${sql}, ${from}, ${length}) AS INTEGER)`,
  type: 'int' as FieldType,
});
const quarter = (sql: string) => ({
  sql: `((CAST(substr(${sql}, 6, 2) AS INTEGER) + 2) / 3)`,
  type: 'int' as FieldType,
});

const dateFunctions: Record<string, (sql: string) => { sql: string; type: FieldType }> = {
  CALENDAR_YEAR: part(1, 4),
  CALENDAR_MONTH: part(6, 2),
  CALENDAR_QUARTER: quarter,
  FISCAL_YEAR: part(1, 4),
  FISCAL_MONTH: part(6, 2),
  FISCAL_QUARTER: quarter,
  DAY_IN_MONTH: part(9, 2),
  DAY_IN_WEEK: (sql) => ({ sql: `(CAST(strftime('%w', ${sql}) AS INTEGER) + 1)`, type: 'int' }),
  DAY_IN_YEAR: (sql) => ({ sql: `CAST(strftime('%j', ${sql}) AS INTEGER)`, type: 'int' }),
  DAY_ONLY: (sql) => ({ sql: `substr(${sql}, 1, 10)`, type: 'date' }),
  HOUR_IN_DAY: (sql) => ({ sql: `CAST(strftime('%H', ${sql}) AS INTEGER)`, type: 'int' }),
  WEEK_IN_MONTH: (sql) => ({ sql: `((CAST(substr(${sql}, 9, 2) AS INTEGER) - 1) / 7 + 1)`, type: 'int' }),
  WEEK_IN_YEAR: (sql) => ({ sql: `((CAST(strftime('%j', ${sql}) AS INTEGER) - 1) / 7 + 1)`, type: 'int' }),
};

/** Great-circle distance; DISTANCE(Place__c, GEOLOCATION(37.7, -122.4), 'mi'). */
function compileDistance(node: TableNode, call: Call): TypedSql {
  const { source } = node.root.compilation;
  const [from, to, unit] = call.args;
  const unexpected = () => faultAt(source, call.at, 'MALFORMED_QUERY', `unexpected token: '${call.name}'`);
  if (call.args.length !== 3 || !from || !to || !isOperand(from) || !isOperand(to) || unit?.kind !== 'string') {
    throw unexpected();
  }
  const [lat1, lon1] = coordinates(node, from);
  const [lat2, lon2] = coordinates(node, to);
  if (!['mi', 'km'].includes(unit.value)) throw unexpected();
  const radius = unit.value === 'mi' ? 3958.761 : 6371.009;
  const sql = `(2 * ${radius} * asin(sqrt(pow(sin(radians(${lat2} - ${lat1}) / 2), 2) + cos(radians(${lat1})) * cos(radians(${lat2})) * pow(sin(radians(${lon2} - ${lon1}) / 2), 2))))`;
  return { sql, type: 'double', name: 'DISTANCE', aggregate: false };
}

function coordinates(node: TableNode, operand: Operand): [string, string] {
  const { source } = node.root.compilation;
  if (operand.kind === 'call') {
    const [latitude, longitude] = operand.args;
    if (operand.name.toUpperCase() !== 'GEOLOCATION' || latitude?.kind !== 'number' || longitude?.kind !== 'number') {
      throw faultAt(source, operand.at, 'MALFORMED_QUERY', `unexpected token: '${operand.name}'`);
    }
    return [latitude.text, longitude.text];
  }
  const { field } = resolvePath(node, operand.parts, operand.at);
  const stem = field.name.replace(/Address$/, '').replace(/__c$/, '__');
  const suffix = field.type === 'location' ? '__s' : '';
  if (field.type !== 'address' && field.type !== 'location') {
    throw faultAt(source, operand.at, 'INVALID_FIELD', `field '${field.name}' can not be used with function DISTANCE`);
  }
  const parents = operand.parts.slice(0, -1);
  const part = (name: string) => resolvePath(node, [...parents, `${stem}${name}${suffix}`], operand.at).sql;
  return [part('Latitude'), part('Longitude')];
}

function labelSql(inner: TypedSql): string {
  const renamed = (inner.field?.picklist ?? []).filter((value) => value.label !== value.value);
  if (renamed.length === 0) return inner.sql;
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  return `CASE ${inner.sql} ${renamed.map((v) => `WHEN ${quote(v.value)} THEN ${quote(v.label)}`).join(' ')} ELSE ${inner.sql} END`;
}

import { toId18 } from '../ids.ts';
import { quoteName } from '../schema/columns.ts';
import type { FieldType } from '../schema/field.ts';
import type { Comparison, Condition, Literal, Query } from './ast.ts';
import { daysOfLiteral } from './date-literals.ts';
import type { TypedSql } from './operand.ts';
import { compileOperand } from './operand.ts';
import type { TableNode } from './scope.ts';
import { bind, fromSql, newRoot, resolvePath } from './scope.ts';
import { faultAt, noSuchObject } from './soql-fault.ts';
import { dayIn, dayStartMs } from './time-zone.ts';

/**
 * Conditions as SQL. SOQL has two truth values: a comparison with a null field is false, and its opposite (`!=`, NOT IN,
 * NOT (…)) is true. SQL's third value counts as false in WHERE, so only negations need care: they are pushed down to the
 * comparisons, which then say IS NOT TRUE.
 */
export function compileCondition(node: TableNode, condition: Condition, negated = false): string {
  switch (condition.kind) {
    case 'not':
      return compileCondition(node, condition.part, !negated);
    case 'and':
    case 'or': {
      const word = (condition.kind === 'and') === negated ? ' OR ' : ' AND ';
      return `(${condition.parts.map((part) => compileCondition(node, part, negated)).join(word)})`;
    }
    default: {
      const sql = compileTest(node, condition);
      return negated ? `((${sql}) IS NOT TRUE)` : sql;
    }
  }
}

type Test = Exclude<Condition, { kind: 'and' | 'or' | 'not' }>;

function compileTest(node: TableNode, test: Test): string {
  const left = compileOperand(node, test.left);
  checkFilterable(node, left, test.at);
  switch (test.kind) {
    case 'compare':
      return compileCompare(node, left, test.operator, test.right);
    case 'in':
      return compileIn(node, left, test.values, test.negated);
    case 'includes':
      return compileIncludes(node, left, test.values, test.negated, test.at);
    case 'join':
      return compileJoin(node, left, test.query, test.negated, test.at);
  }
}

function checkFilterable(node: TableNode, left: TypedSql, at: number): void {
  const compound = left.type === 'address' || left.type === 'location';
  if (compound || (left.field && !left.field.filterable)) {
    throw faultAt(
      node.root.compilation.source,
      at,
      'INVALID_FIELD',
      `field '${left.name}' can not be filtered in a query call`,
    );
  }
}

const isId = (type: FieldType) => type === 'id' || type === 'reference';
const isNumber = (type: FieldType) => ['int', 'long', 'double', 'currency', 'percent'].includes(type);
const isText = (type: FieldType) =>
  !isId(type) && !isNumber(type) && !['boolean', 'date', 'datetime', 'time'].includes(type);

function compileCompare(node: TableNode, left: TypedSql, operator: Comparison, right: Literal): string {
  const { compilation } = node.root;
  if (operator === 'LIKE') return compileLike(node, left, right);
  // An empty text is stored as null.
  const isNull =
    right.kind === 'null' || (right.kind === 'string' && right.value === '' && (isText(left.type) || isId(left.type)));
  if (isNull) {
    if (operator === '=') return `${left.sql} IS NULL`;
    if (operator === '!=') return `${left.sql} IS NOT NULL`;
    return '0';
  }
  if (right.kind === 'dateLiteral') return compileDateLiteral(node, left, operator, right);
  const value = literalSql(node, left, right);
  if (right.kind === 'string' && isText(left.type) && !isAscii(right.value) && !left.field?.caseSensitive) {
    return operatorSql(`fold(${left.sql})`, operator, `fold(${value})`);
  }
  if (left.type === 'multipicklist' && (operator === '=' || operator === '!=')) {
    return operatorSql(
      left.sql,
      operator,
      bind(compilation, sortedValues(right.kind === 'string' ? right.value : '', left)),
    );
  }
  return operatorSql(left.sql, operator, value);
}

const operatorSql = (left: string, operator: Comparison, right: string): string =>
  operator === '!=' ? `${left} IS NOT ${right}` : `${left} ${operator} ${right}`;

/** Multi-select values are stored in the picklist's order. */
function sortedValues(text: string, left: TypedSql): string {
  const order = (left.field?.picklist ?? []).map((value) => value.value.toLowerCase());
  const rank = (value: string) => {
    const found = order.indexOf(value.toLowerCase());
    return found === -1 ? order.length : found;
  };
  return text
    .split(';')
    .sort((a, b) => rank(a) - rank(b))
    .join(';');
}

const isAscii = (text: string) => /^[\x00-\x7f]*$/.test(text);

function compileLike(node: TableNode, left: TypedSql, right: Literal): string {
  const { source } = node.root.compilation;
  if (!isText(left.type) || left.type === 'multipicklist') {
    const what = isId(left.type) ? 'id' : left.type === 'multipicklist' ? 'multipicklist' : left.type;
    throw faultAt(source, right.at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${what} field`);
  }
  if (right.kind !== 'string') throw mustBe(node, left, right);
  const pattern = bind(node.root.compilation, right.value);
  return isAscii(right.value)
    ? `${left.sql} LIKE ${pattern} ESCAPE '\\'`
    : `fold(${left.sql}) LIKE fold(${pattern}) ESCAPE '\\'`;
}

function compileIn(node: TableNode, left: TypedSql, values: Literal[], negated: boolean): string {
  const plain = values.filter((value) => value.kind !== 'null' && !(value.kind === 'string' && value.value === ''));
  const withNull = plain.length < values.length;
  const accented = isText(left.type) && plain.some((value) => value.kind === 'string' && !isAscii(value.value));
  const list = plain.map((value) => {
    if (value.kind === 'dateLiteral') throw mustBe(node, left, value);
    const sql = literalSql(node, left, value);
    return accented ? `fold(${sql})` : sql;
  });
  const column = accented ? `fold(${left.sql})` : left.sql;
  const sql = list.length === 0 ? '0' : `${column} IN (${list.join(', ')})`;
  const positive = withNull ? `(${sql} OR ${left.sql} IS NULL)` : sql;
  return negated ? `((${positive}) IS NOT TRUE)` : positive;
}

function compileIncludes(node: TableNode, left: TypedSql, values: Literal[], negated: boolean, at: number): string {
  if (left.type !== 'multipicklist') {
    throw faultAt(
      node.root.compilation.source,
      at,
      'INVALID_FIELD',
      `includes or excludes operator only valid on multipicklist field`,
    );
  }
  const all = values.map((value) => {
    if (value.kind !== 'string') throw mustBe(node, left, value);
    const each = value.value.split(';').map((one) => {
      const wanted = bind(node.root.compilation, `;${one.toLowerCase()};`);
      return `instr(';' || fold(${left.sql}) || ';', ${wanted}) > 0`;
    });
    return `(${each.join(' AND ')})`;
  });
  const positive = `(${all.join(' OR ')})`;
  return negated ? `(${positive} IS NOT TRUE)` : positive;
}

/** `Id IN (SELECT AccountId FROM Contact …)`: inside, one id or reference field and no further nesting. */
function compileJoin(node: TableNode, left: TypedSql, query: Query, negated: boolean, at: number): string {
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

/** Rows in the bin and archived activities are hidden unless asked for. */
export function deletedFilter(node: TableNode): string {
  if (node.root.compilation.includeDeleted) return '';
  const hidden = node.object.fields.filter((field) => field.name === 'IsDeleted' || field.name === 'IsArchived');
  const activity = node.object.name === 'Task' || node.object.name === 'Event';
  return hidden
    .filter((field) => field.name === 'IsDeleted' || activity)
    .map((field) => `${node.alias}.${quoteName(field.name)} = 0`)
    .join(' AND ');
}

function compileDateLiteral(
  node: TableNode,
  left: TypedSql,
  operator: Comparison,
  literal: Literal & { kind: 'dateLiteral' },
): string {
  const { compilation } = node.root;
  if (left.type !== 'date' && left.type !== 'datetime') throw mustBe(node, left, literal);
  const days = daysOfLiteral(literal.name, literal.count, dayIn(compilation.now, compilation.zone));
  const moment = (day: string) => bind(compilation, left.type === 'date' ? day : dayStartMs(day, compilation.zone));
  const start = () => moment(days.start);
  const end = () => moment(days.end);
  const { sql } = left;
  switch (operator) {
    case '=':
      return `(${sql} >= ${start()} AND ${sql} < ${end()})`;
    case '!=':
      return `((${sql} >= ${start()} AND ${sql} < ${end()}) IS NOT TRUE)`;
    case '<':
      return `${sql} < ${start()}`;
    case '<=':
      return `${sql} < ${end()}`;
    case '>':
      return `${sql} >= ${end()}`;
    default:
      return `${sql} >= ${start()}`;
  }
}

/** A bound parameter of the operand's own type. Throws INVALID_FIELD when the literal is of another. */
function literalSql(node: TableNode, left: TypedSql, literal: Literal): string {
  const { compilation } = node.root;
  const { type } = left;
  if (isId(type)) {
    if (literal.kind !== 'string') throw mustBe(node, left, literal);
    const id = toId18(literal.value);
    if (!id) {
      throw faultAt(
        compilation.source,
        literal.at,
        'INVALID_QUERY_FILTER_OPERATOR',
        `invalid ID field: ${literal.value}`,
      );
    }
    return bind(compilation, id);
  }
  if (isNumber(type) && literal.kind === 'number') return numberSql(compilation, literal.text);
  if (type === 'boolean' && literal.kind === 'boolean') return literal.value ? '1' : '0';
  if (type === 'date' && literal.kind === 'date') return bind(compilation, literal.text);
  if (type === 'datetime' && literal.kind === 'datetime') {
    const ms = Date.parse(literal.text);
    if (Number.isNaN(ms)) throw mustBe(node, left, literal);
    return bind(compilation, ms);
  }
  if (type === 'time' && literal.kind === 'time') return bind(compilation, timeOfDay(literal.text));
  if (isText(type) && literal.kind === 'string') {
    if (/(^|[^\\])(\\\\)*\\[%_]/.test(literal.value)) {
      throw faultAt(compilation.source, literal.at, 'MALFORMED_QUERY', 'Illegal string literal');
    }
    return bind(compilation, literal.value.replaceAll('\\\\', '\\'));
  }
  throw mustBe(node, left, literal);
}

/** Whole numbers compare exactly, also beyond 2^53. */
function numberSql(compilation: TableNode['root']['compilation'], text: string): string {
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value)) {
    const exact = BigInt(text);
    return exact < 2n ** 63n && exact >= -(2n ** 63n) ? bind(compilation, exact) : bind(compilation, value);
  }
  return bind(compilation, value);
}

const timeOfDay = (text: string): string => {
  const [, clock, fraction = ''] = /^(\d{2}:\d{2}:\d{2})(?:\.(\d+))?Z$/i.exec(text)!;
  return `${clock}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
};

const typeWords: Partial<Record<FieldType, string>> = { datetime: 'dateTime', id: 'ID', reference: 'ID' };

function mustBe(node: TableNode, left: TypedSql, literal: Literal) {
  const type = isText(left.type) ? 'string' : (typeWords[left.type] ?? left.type);
  const quotes = isText(left.type) || isId(left.type) ? 'should' : 'should not';
  return faultAt(
    node.root.compilation.source,
    literal.at,
    'INVALID_FIELD',
    `value of filter criterion for field '${left.name}' must be of type ${type} and ${quotes} be enclosed in quotes`,
  );
}

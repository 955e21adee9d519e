import { toId18 } from '../ids.ts';
import type { FieldType } from '../schema/field.ts';
import type { Comparison, Literal } from './ast.ts';
import { daysOfLiteral } from './date-literals.ts';
import type { TypedSql } from './operand.ts';
import type { TableNode } from './scope.ts';
import { bind } from './scope.ts';
import { faultAt } from './soql-fault.ts';
import { dayIn, dayStartMs } from './time-zone.ts';

export const isId = (type: FieldType) => type === 'id' || type === 'reference';
const isNumber = (type: FieldType) => ['int', 'long', 'double', 'currency', 'percent'].includes(type);
export const isText = (type: FieldType) =>
  !isId(type) && !isNumber(type) && !['boolean', 'date', 'datetime', 'time'].includes(type);

/** A bound parameter of the operand's own type. Throws INVALID_FIELD when the literal is of another. */
export function literalSql(node: TableNode, left: TypedSql, literal: Literal): string {
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

/** The refusal of a literal of another type than the field's. */
export function mustBe(node: TableNode, left: TypedSql, literal: Literal) {
  const type = isText(left.type) ? 'string' : (typeWords[left.type] ?? left.type);
  const quotes = isText(left.type) || isId(left.type) ? 'should' : 'should not';
  return faultAt(
    node.root.compilation.source,
    literal.at,
    'INVALID_FIELD',
    `value of filter criterion for field '${left.name}' must be of type ${type} and ${quotes} be enclosed in quotes`,
  );
}

/** A relative date is a range of days; before it, in it, after it. */
export function compileDateLiteral(
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

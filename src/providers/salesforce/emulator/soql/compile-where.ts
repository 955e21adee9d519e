import type { Comparison, Condition, Literal } from './ast.ts';
import { compileJoin } from './compile-join.ts';
import { compileDateLiteral, isId, isText, literalSql, mustBe } from './literal-sql.ts';
import type { TypedSql } from './operand.ts';
import { compileOperand } from './operand.ts';
import type { TableNode } from './scope.ts';
import { bind } from './scope.ts';
import { faultAt } from './soql-fault.ts';

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
      const parts = condition.parts.map((part) => compileCondition(node, part, negated));
      return balanced(parts, word);
    }
    default: {
      const sql = compileTest(node, condition);
      return negated ? `((${sql}) IS NOT TRUE)` : sql;
    }
  }
}

/** SQLite takes expressions up to a thousand levels deep: a long chain becomes a tree. */
function balanced(parts: string[], word: string): string {
  if (parts.length <= 8) return `(${parts.join(word)})`;
  const middle = Math.floor(parts.length / 2);
  return `(${balanced(parts.slice(0, middle), word)}${word}${balanced(parts.slice(middle), word)})`;
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

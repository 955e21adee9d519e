import type { FieldType } from '../schema/field.ts';
import { dayIn } from './time-zone.ts';

/**
 * Salesforce formulas as SQL expressions: operators `+ - * / ^ & = <> < > <= >= && ||`, the functions below, field paths.
 * Blank numbers count as zero in arithmetic, blank text as empty, as formula fields do by default.
 */
export interface FormulaContext {
  field(parts: string[]): { sql: string; type: FieldType };
  now: number;
  zone: string;
}

export interface FormulaValue {
  sql: string;
  kind: 'number' | 'text' | 'boolean' | 'date' | 'datetime' | 'other';
}

/** Throws Error with the reason for a text that is no formula. */
export function compileFormula(source: string, context: FormulaContext): FormulaValue {
  const parser = new FormulaParser(source, context);
  return parser.whole();
}

const tokenPattern =
  /\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(<>|!=|<=|>=|==|&&|\|\||[-+*/^&=<>(),!]))/y;

const kinds: Partial<Record<FieldType, FormulaValue['kind']>> = {
  int: 'number',
  long: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
};

const precedence: Record<string, number> = {
  '||': 1,
  '&&': 2,
  '=': 3,
  '==': 3,
  '<>': 3,
  '!=': 3,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '&': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '^': 8,
};

class FormulaParser {
  readonly #source: string;
  readonly #context: FormulaContext;
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(source: string, context: FormulaContext) {
    this.#source = source;
    this.#context = context;
    const text = source.trimEnd();
    for (let at = 0; at < text.length; at = tokenPattern.lastIndex) {
      tokenPattern.lastIndex = at;
      const match = tokenPattern.exec(text);
      if (!match) throw new Error(`formula "${source}": unexpected character at ${at + 1}`);
      this.#tokens.push((match[1] ?? match[2] ?? match[3] ?? match[4])!);
    }
  }

  whole(): FormulaValue {
    const value = this.#expression(0);
    if (this.#next < this.#tokens.length) throw this.#unexpected();
    return value;
  }

  #expression(level: number): FormulaValue {
    let left = this.#unary();
    for (;;) {
      const operator = this.#tokens[this.#next];
      const binding = operator === undefined ? undefined : precedence[operator];
      if (operator === undefined || binding === undefined || binding <= level) return left;
      this.#next += 1;
      left = binary(operator, left, this.#expression(binding));
    }
  }

  #unary(): FormulaValue {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw this.#unexpected();
    this.#next += 1;
    if (token === '-') return { sql: `(-${number(this.#unary())})`, kind: 'number' };
    if (token === '!') return { sql: `(NOT ${truth(this.#unary())})`, kind: 'boolean' };
    if (token === '(') {
      const inner = this.#expression(0);
      this.#expect(')');
      return { ...inner, sql: `(${inner.sql})` };
    }
    if (token.startsWith('"')) return { sql: quoteText(token.slice(1, -1).replace(/\\(.)/g, '$1')), kind: 'text' };
    if (/^\d/.test(token)) return { sql: token, kind: 'number' };
    if (!/^[A-Za-z_]/.test(token)) throw this.#unexpected(token);
    if (this.#tokens[this.#next] === '(') return this.#call(token);
    if (/^(true|false)$/i.test(token)) return { sql: token.toLowerCase() === 'true' ? '1' : '0', kind: 'boolean' };
    if (/^null$/i.test(token)) return { sql: 'NULL', kind: 'other' };
    const { sql, type } = this.#context.field(token.split('.'));
    return { sql, kind: kinds[type] ?? 'text' };
  }

  #call(name: string): FormulaValue {
    this.#expect('(');
    const args: FormulaValue[] = [];
    while (this.#tokens[this.#next] !== ')') {
      args.push(this.#expression(0));
      if (this.#tokens[this.#next] === ',') this.#next += 1;
      else break;
    }
    this.#expect(')');
    const implementation = functions[name.toUpperCase()];
    if (!implementation) throw new Error(`formula "${this.#source}": unknown function ${name}`);
    return implementation(args, this.#context);
  }

  #expect(token: string): void {
    if (this.#tokens[this.#next] !== token) throw this.#unexpected();
    this.#next += 1;
  }

  #unexpected(token = this.#tokens[this.#next] ?? 'the end'): Error {
    return new Error(`formula "${this.#source}": unexpected ${token}`);
  }
}

type FormulaFunction = (args: FormulaValue[], context: FormulaContext) => FormulaValue;

const functions: Record<string, FormulaFunction> = {
  IF: ([test, yes, no]) => ({ sql: `iif(${truth(test!)}, ${yes!.sql}, ${no?.sql ?? 'NULL'})`, kind: yes!.kind }),
  AND: (args) => ({ sql: `(${args.map(truth).join(' AND ')})`, kind: 'boolean' }),
  OR: (args) => ({ sql: `(${args.map(truth).join(' OR ')})`, kind: 'boolean' }),
  NOT: ([value]) => ({ sql: `(NOT ${truth(value!)})`, kind: 'boolean' }),
  ISBLANK: ([value]) => ({ sql: `(${value!.sql} IS NULL OR ${value!.sql} = '')`, kind: 'boolean' }),
  ISNULL: ([value]) => ({ sql: `(${value!.sql} IS NULL)`, kind: 'boolean' }),
  ISPICKVAL: ([value, text]) => ({ sql: `(ifnull(${value!.sql}, '') = ${text!.sql})`, kind: 'boolean' }),
  BLANKVALUE: ([value, other]) => ({ sql: `ifnull(${value!.sql}, ${other!.sql})`, kind: value!.kind }),
  NULLVALUE: ([value, other]) => ({ sql: `ifnull(${value!.sql}, ${other!.sql})`, kind: value!.kind }),
  CASE: (args) => {
    const [value, ...rest] = args;
    const otherwise = rest.length % 2 === 1 ? rest.pop()!.sql : 'NULL';
    let sql = `CASE ${value!.sql}`;
    for (let i = 0; i < rest.length; i += 2) sql += ` WHEN ${rest[i]!.sql} THEN ${rest[i + 1]!.sql}`;
    return { sql: `${sql} ELSE ${otherwise} END`, kind: rest[1]?.kind ?? 'text' };
  },
  TEXT: ([value]) => ({ sql: `CAST(${value!.sql} AS TEXT)`, kind: 'text' }),
  VALUE: ([value]) => ({ sql: `CAST(${value!.sql} AS NUMERIC)`, kind: 'number' }),
  LEN: ([value]) => ({ sql: `length(ifnull(${value!.sql}, ''))`, kind: 'number' }),
  LEFT: ([value, count]) => ({ sql: `substr(${value!.sql}, 1, ${count!.sql})`, kind: 'text' }),
  RIGHT: ([value, count]) => ({ sql: `substr(${value!.sql}, -(${count!.sql}))`, kind: 'text' }),
  MID: ([value, start, count]) => ({ sql: `substr(${value!.sql}, ${start!.sql}, ${count!.sql})`, kind: 'text' }),
  UPPER: ([value]) => ({ sql: `upper(${value!.sql})`, kind: 'text' }),
  LOWER: ([value]) => ({ sql: `lower(${value!.sql})`, kind: 'text' }),
  TRIM: ([value]) => ({ sql: `trim(${value!.sql})`, kind: 'text' }),
  SUBSTITUTE: ([value, from, to]) => ({ sql: `replace(${value!.sql}, ${from!.sql}, ${to!.sql})`, kind: 'text' }),
  CONTAINS: ([value, part]) => ({ sql: `(instr(ifnull(${value!.sql}, ''), ${part!.sql}) > 0)`, kind: 'boolean' }),
  BEGINS: ([value, part]) => ({
    sql: `(substr(ifnull(${value!.sql}, ''), 1, length(${part!.sql})) = ${part!.sql})`,
    kind: 'boolean',
  }),
  INCLUDES: ([value, part]) => ({
    sql: `(instr(';' || ifnull(${value!.sql}, '') || ';', ';' || ${part!.sql} || ';') > 0)`,
    kind: 'boolean',
  }),
  ABS: ([value]) => ({ sql: `abs(${number(value!)})`, kind: 'number' }),
  ROUND: ([value, digits]) => ({ sql: `round(${number(value!)}, ${digits?.sql ?? '0'})`, kind: 'number' }),
  FLOOR: ([value]) => ({ sql: `floor(${number(value!)})`, kind: 'number' }),
  CEILING: ([value]) => ({ sql: `ceil(${number(value!)})`, kind: 'number' }),
  MOD: ([value, by]) => ({ sql: `(${number(value!)} % ${number(by!)})`, kind: 'number' }),
  MAX: (args) => ({ sql: `max(${args.map(number).join(', ')})`, kind: 'number' }),
  MIN: (args) => ({ sql: `min(${args.map(number).join(', ')})`, kind: 'number' }),
  TODAY: (_args, { now, zone }) => ({ sql: quoteText(dayIn(now, zone)), kind: 'date' }),
  NOW: (_args, { now }) => ({ sql: String(now), kind: 'datetime' }),
  DATE: ([year, month, day]) => ({
    sql: `printf('%04d-%02d-%02d', ${year!.sql}, ${month!.sql}, ${day!.sql})`,
    kind: 'date',
  }),
  DATEVALUE: ([value]) => ({ sql: day(value!), kind: 'date' }),
  YEAR: ([value]) => ({ sql: `CAST(substr(${day(value!)}, 1, 4) AS INTEGER)`, kind: 'number' }),
  MONTH: ([value]) => ({ sql: `CAST(substr(${day(value!)}, 6, 2) AS INTEGER)`, kind: 'number' }),
  DAY: ([value]) => ({ sql: `CAST(substr(${day(value!)}, 9, 2) AS INTEGER)`, kind: 'number' }),
};

function binary(operator: string, left: FormulaValue, right: FormulaValue): FormulaValue {
  switch (operator) {
    case '&&':
      return { sql: `(${truth(left)} AND ${truth(right)})`, kind: 'boolean' };
    case '||':
      return { sql: `(${truth(left)} OR ${truth(right)})`, kind: 'boolean' };
    case '=':
    case '==':
      return { sql: `(${left.sql} IS ${right.sql})`, kind: 'boolean' };
    case '<>':
    case '!=':
      return { sql: `(${left.sql} IS NOT ${right.sql})`, kind: 'boolean' };
    case '&':
      return { sql: `(ifnull(${left.sql}, '') || ifnull(${right.sql}, ''))`, kind: 'text' };
    case '<':
    case '>':
    case '<=':
    case '>=':
      return { sql: `(${left.sql} ${operator} ${right.sql})`, kind: 'boolean' };
    default:
      return arithmetic(operator, left, right);
  }
}

function arithmetic(operator: string, left: FormulaValue, right: FormulaValue): FormulaValue {
  if (left.kind === 'text' && operator === '+') return binary('&', left, right);
  if (left.kind === 'date') return dateArithmetic(operator, left, right);
  if (left.kind === 'datetime' && right.kind === 'datetime') {
    return { sql: `((${left.sql} - ${right.sql}) / 86400000.0)`, kind: 'number' };
  }
  if (left.kind === 'datetime')
    return { sql: `(${left.sql} ${operator} ${number(right)} * 86400000)`, kind: 'datetime' };
  if (operator === '^') return { sql: `pow(${number(left)}, ${number(right)})`, kind: 'number' };
  // Integers divide as decimals; by zero gives null.
  if (operator === '/') return { sql: `(${number(left)} * 1.0 / nullif(${number(right)}, 0))`, kind: 'number' };
  return { sql: `(${number(left)} ${operator} ${number(right)})`, kind: 'number' };
}

function dateArithmetic(operator: string, left: FormulaValue, right: FormulaValue): FormulaValue {
  if (right.kind === 'date') {
    return { sql: `CAST(julianday(${left.sql}) - julianday(${right.sql}) AS INTEGER)`, kind: 'number' };
  }
  const days = operator === '-' ? `-(${number(right)})` : number(right);
  return { sql: `date(${left.sql}, (${days}) || ' days')`, kind: 'date' };
}

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const number = (value: FormulaValue): string => (/^\d/.test(value.sql) ? value.sql : `ifnull(${value.sql}, 0)`);
const truth = (value: FormulaValue): string => `(${value.sql} IS TRUE)`;
const day = (value: FormulaValue): string =>
  value.kind === 'datetime' ? `strftime('%Y-%m-%d', ${value.sql} / 1000, 'unixepoch')` : value.sql;

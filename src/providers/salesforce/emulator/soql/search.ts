import type { Database } from '../../../../store/database.ts';
import type { RecordJson } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import { quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import { ChildRegistry } from './child-paging.ts';
import { compileQuery } from './compile-query.ts';
import { parseExact } from './cursor.ts';
import { parseQuery } from './parser.ts';
import type { Compilation } from './scope.ts';
import { bind } from './scope.ts';

const defaultLimit = 2000;

/**
 * Basic SOSL: `FIND {terms} [IN ALL|NAME|EMAIL|PHONE FIELDS] [RETURNING Account(Name WHERE … ORDER BY … LIMIT n), …] [LIMIT n]`.
 * Words are joined by AND, OR, AND NOT; `*` and `?` are wildcards, quotes keep a phrase together. A text matches where a
 * word of it begins with the term. Throws MALFORMED_SEARCH.
 */
export function runSearch(db: Database, sosl: string, compilationOf: (source: string) => Compilation): RecordJson[] {
  const search = parseSearch(sosl);
  const schema = compilationOf(sosl).schema;
  const targets = search.returning.length > 0 ? search.returning : defaultTargets(schema.objects());
  const records: RecordJson[] = [];
  for (const target of targets) {
    const left = search.limit - records.length;
    if (left <= 0) break;
    records.push(...searchObject(db, target, search, left, compilationOf));
  }
  return records;
}

interface Search {
  terms: Term[];
  group: 'ALL' | 'NAME' | 'EMAIL' | 'PHONE' | 'SIDEBAR';
  returning: Target[];
  limit: number;
}

interface Target {
  object: string;
  /** SOQL after the field list: WHERE, ORDER BY, LIMIT. */
  fields: string;
  rest: string;
}

interface Term {
  text: string;
  join: 'AND' | 'OR' | 'AND NOT';
}

const malformed = (message: string) => new SalesforceFault(400, 'MALFORMED_SEARCH', message);

function parseSearch(sosl: string): Search {
  const match = /^\s*FIND\s*\{((?:[^}\\]|\\.)*)\}\s*(?:IN\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\s*)?/i.exec(sosl);
  if (!match) throw malformed('No search term found. The search term must be enclosed in braces.');
  const rest = sosl.slice(match[0].length);
  const returning = /^RETURNING\s+/i.exec(rest);
  const [targets, tail] = returning ? splitTargets(rest.slice(returning[0].length)) : [[], rest];
  const limit = /^\s*(?:WITH\s+[^()]*?)?(?:LIMIT\s+(\d+))?\s*(?:UPDATE\s+\w+(?:\s*,\s*\w+)?)?\s*$/i.exec(tail);
  if (!limit) throw malformed(`unexpected token: '${tail.trim().split(/\s+/)[0]}'`);
  const terms = parseTerms(match[1]!);
  if (terms.length === 0 || terms.every((term) => term.text.replace(/[*?]/g, '').length < 2)) {
    throw malformed('search term must be longer than one character');
  }
  return {
    terms,
    group: (match[2]?.toUpperCase() ?? 'ALL') as Search['group'],
    returning: targets,
    limit: limit[1] === undefined ? defaultLimit : Number(limit[1]),
  };
}

function splitTargets(text: string): [Target[], string] {
  const targets: Target[] = [];
  let rest = text;
  for (;;) {
    const name = /^\s*([A-Za-z_]\w*)\s*/.exec(rest);
    if (!name) throw malformed(`unexpected token: '${rest.trim()[0] ?? '<EOF>'}'`);
    rest = rest.slice(name[0].length);
    let inside = '';
    if (rest.startsWith('(')) {
      const end = closingParenthesis(rest);
      inside = rest.slice(1, end).trim();
      rest = rest.slice(end + 1);
    }
    const split = /\s+(?=(?:WHERE|ORDER\s+BY|LIMIT|OFFSET|USING)\b)/i.exec(inside);
    targets.push({
      object: name[1]!,
      fields: split ? inside.slice(0, split.index) : inside,
      rest: split ? inside.slice(split.index) : '',
    });
    const comma = /^\s*,/.exec(rest);
    if (!comma) return [targets, rest];
    rest = rest.slice(comma[0].length);
  }
}

function closingParenthesis(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "'") i = text.indexOf("'", i + 1);
    if (text[i] === '(') depth += 1;
    if (text[i] === ')') depth -= 1;
    if (depth === 0) return i;
    if (i === -1) break;
  }
  throw malformed("unexpected token: '<EOF>'");
}

function parseTerms(text: string): Term[] {
  const words = text.match(/"[^"]*"|[^\s()]+/g) ?? [];
  const terms: Term[] = [];
  let join: Term['join'] = 'AND';
  for (const word of words) {
    const upper = word.toUpperCase();
    if (upper === 'AND') join = 'AND';
    else if (upper === 'OR') join = 'OR';
    else if (upper === 'NOT') join = 'AND NOT';
    else {
      terms.push({ text: word.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1'), join });
      join = 'AND';
    }
  }
  return terms;
}

const defaultTargets = (objects: ObjectDefinition[]): Target[] =>
  objects.filter((object) => object.searchable).map((object) => ({ object: object.name, fields: 'Id', rest: '' }));

function searchObject(
  db: Database,
  target: Target,
  search: Search,
  limit: number,
  compilationOf: (source: string) => Compilation,
): RecordJson[] {
  const soql = `SELECT ${target.fields || 'Id'} FROM ${target.object}${target.rest}`;
  const compilation = compilationOf(soql);
  const compiled = compileQuery(compilation, parseQuery(soql), new ChildRegistry(Number.MAX_SAFE_INTEGER));
  if (compiled.kind !== 'rows') throw malformed('aggregates are not supported in search');
  const test = matchSql(compilation, compiled.object, compiled.alias, search);
  const where = compiled.tail.startsWith(' WHERE ')
    ? ` WHERE ${test} AND ${compiled.tail.slice(7)}`
    : ` WHERE ${test}${compiled.tail}`;
  const rows = db
    .prepareOnce(`SELECT r FROM (SELECT ${compiled.json} AS r FROM ${compiled.from}${where}) LIMIT ${limit}`)
    .all<{ r: string }>(...compilation.params);
  return parseExact(`[${rows.map((row) => row.r).join(',')}]`);
}

const groups: Record<string, string[]> = {
  ALL: ['string', 'email', 'phone', 'textarea', 'url', 'combobox', 'picklist'],
  SIDEBAR: ['string', 'email', 'phone'],
  NAME: [],
  EMAIL: ['email'],
  PHONE: ['phone'],
};

function matchSql(compilation: Compilation, object: ObjectDefinition, alias: string, search: Search): string {
  const fields = object.fields.filter(
    (field) =>
      field.formula === null &&
      field.rollup === null &&
      compilation.schema.access(object, field, compilation.userId).readable &&
      (search.group === 'NAME' ? field.nameField : groups[search.group]!.includes(field.type)),
  );
  if (fields.length === 0) return '0';
  let sql = '';
  for (const term of search.terms) {
    const pattern = term.text
      .replace(/[\\%_]/g, '\\$&')
      .replaceAll('*', '%')
      .replaceAll('?', '_');
    const begins = bind(compilation, `${pattern}%`.toLowerCase());
    const inside = bind(compilation, `% ${pattern}%`.toLowerCase());
    const tests = fields.map((field) => {
      const column = `fold(${alias}.${quoteName(field.name)})`;
      return `${column} LIKE ${begins} ESCAPE '\\' OR ${column} LIKE ${inside} ESCAPE '\\'`;
    });
    const any = `((${tests.join(' OR ')}) IS TRUE)`;
    sql = sql === '' ? any : `(${sql} ${term.join} ${any})`;
  }
  return sql;
}

import type {
  Call,
  Comparison,
  Condition,
  FromItem,
  GroupBy,
  Literal,
  Operand,
  OrderItem,
  Path,
  Query,
  SelectItem,
} from './ast.ts';
import { isDateLiteral } from './date-literals.ts';
import type { Token } from './lexer.ts';
import { tokenize } from './lexer.ts';
import { faultAt } from './soql-fault.ts';

const maximumStatement = 100_000;

/** Parses one SOQL statement. Throws SalesforceFault MALFORMED_QUERY with row, column and excerpt. */
export function parseQuery(source: string): Query {
  if (source.length > maximumStatement) {
    throw faultAt(source, 0, 'QUERY_TOO_COMPLICATED', 'SOQL statements cannot be longer than 100000 characters.');
  }
  const parser = new Parser(source);
  const query = parser.query(false);
  parser.expectEnd();
  return query;
}

const clauseWords = new Set(
  'FROM WHERE USING WITH GROUP ORDER HAVING LIMIT OFFSET FOR ALL UPDATE SCOPE AND OR NOT ASC DESC NULLS'.split(' '),
);

class Parser {
  readonly #source: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  query(nested: boolean): Query {
    const { at } = this.#expectWord('SELECT');
    const select = this.#list(() => this.#selectItem());
    this.#expectWord('FROM');
    const from = this.#list(() => this.#fromItem());
    const query: Query = {
      select,
      from,
      scope: null,
      where: null,
      groupBy: null,
      having: null,
      orderBy: [],
      limit: null,
      offset: null,
      offsetAt: 0,
      allRows: false,
      at,
    };
    if (this.#takeWord('USING')) {
      this.#expectWord('SCOPE');
      query.scope = this.#name().text;
    }
    if (this.#takeWord('WHERE')) query.where = this.#condition();
    this.#with();
    if (this.#takeWord('GROUP')) {
      this.#expectWord('BY');
      query.groupBy = this.#groupBy();
      if (this.#takeWord('HAVING')) query.having = this.#condition();
    }
    if (this.#takeWord('ORDER')) {
      this.#expectWord('BY');
      query.orderBy = this.#list(() => this.#orderItem());
    }
    if (this.#takeWord('LIMIT')) query.limit = this.#count();
    if (this.#takeWord('OFFSET')) {
      query.offsetAt = this.#peek().at;
      query.offset = this.#count();
    }
    this.#trailers(query, nested);
    return query;
  }

  expectEnd(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw this.#unexpected(token);
  }

  #selectItem(): SelectItem {
    const token = this.#peek();
    if (token.text === '(') {
      this.#take();
      const query = this.query(true);
      this.#expectSymbol(')');
      return { kind: 'subquery', query, at: token.at };
    }
    if (this.#isWord('TYPEOF') && this.#tokens[this.#next + 1]?.kind === 'name') return this.#typeof();
    if (this.#isWord('FIELDS') && this.#tokens[this.#next + 1]?.text === '(') {
      this.#take();
      this.#expectSymbol('(');
      const group = this.#name();
      const upper = group.text.toUpperCase();
      if (upper !== 'ALL' && upper !== 'STANDARD' && upper !== 'CUSTOM') throw this.#unexpected(group);
      this.#expectSymbol(')');
      return { kind: 'fields', group: upper, at: token.at };
    }
    const operand = this.#operand();
    return { kind: 'operand', operand, alias: this.#columnAlias(), at: token.at };
  }

  #typeof(): SelectItem {
    const { at } = this.#take();
    const path = this.#path().parts;
    const whens: { object: string; fields: Path[] }[] = [];
    let otherwise: Path[] = [];
    while (this.#takeWord('WHEN')) {
      const object = this.#name().text;
      this.#expectWord('THEN');
      whens.push({ object, fields: this.#list(() => this.#path()) });
    }
    if (this.#takeWord('ELSE')) otherwise = this.#list(() => this.#path());
    this.#expectWord('END');
    return { kind: 'typeof', path, whens, otherwise, at };
  }

  #fromItem(): FromItem {
    const { parts, at } = this.#path();
    this.#takeWord('AS');
    return { path: parts, alias: this.#alias(), at };
  }

  /** A name between a column and the comma or FROM after it; anything else is a slip, and told as one. */
  #columnAlias(): string | null {
    const after = this.#tokens[this.#next + 1];
    const ends = after && (after.text === ',' || after.text.toUpperCase() === 'FROM');
    return ends ? this.#alias() : null;
  }

  #alias(): string | null {
    const token = this.#peek();
    if (token.kind !== 'name' || token.text.includes('.') || clauseWords.has(token.text.toUpperCase())) return null;
    return this.#take().text;
  }

  #operand(): Operand {
    const path = this.#path();
    if (this.#peek().text !== '(') return path;
    this.#take();
    const args: (Operand | Literal)[] = [];
    if (this.#peek().text !== ')') args.push(...this.#list(() => this.#argument()));
    this.#expectSymbol(')');
    return { kind: 'call', name: path.parts.join('.'), args, at: path.at } satisfies Call;
  }

  #argument(): Operand | Literal {
    return this.#peek().kind === 'name' ? this.#operand() : this.#literal();
  }

  #path(): Path {
    const token = this.#name();
    return { kind: 'path', parts: token.text.split('.'), at: token.at };
  }

  /** AND and OR do not mix on one level without parentheses. */
  #condition(): Condition {
    const first = this.#simpleCondition();
    const word = this.#isWord('AND') ? 'AND' : this.#isWord('OR') ? 'OR' : undefined;
    if (!word) return first;
    const parts = [first];
    while (this.#takeWord(word)) parts.push(this.#simpleCondition());
    if (this.#isWord('AND') || this.#isWord('OR')) throw this.#unexpected(this.#peek());
    return { kind: word === 'AND' ? 'and' : 'or', parts };
  }

  #simpleCondition(): Condition {
    if (this.#takeWord('NOT')) return { kind: 'not', part: this.#simpleCondition() };
    if (this.#peek().text === '(') {
      this.#take();
      const inner = this.#condition();
      this.#expectSymbol(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Condition {
    const left = this.#operand();
    const operator = this.#take();
    const word = operator.text.toUpperCase();
    const { at } = left;
    if (word === 'LIKE') return { kind: 'compare', left, operator: 'LIKE', right: this.#literal(), at };
    if (word === 'IN') return this.#in(left, false);
    if (word === 'NOT') {
      this.#expectWord('IN');
      return this.#in(left, true);
    }
    if (word === 'INCLUDES' || word === 'EXCLUDES') {
      return { kind: 'includes', left, negated: word === 'EXCLUDES', values: this.#literals(), at };
    }
    if (!['=', '!=', '<>', '<', '<=', '>', '>='].includes(word)) throw this.#unexpected(operator);
    const comparison = (word === '<>' ? '!=' : word) as Comparison;
    return { kind: 'compare', left, operator: comparison, right: this.#literal(), at };
  }

  #in(left: Operand, negated: boolean): Condition {
    const { at } = left;
    if (this.#peek().text === ':') {
      throw faultAt(this.#source, this.#peek().at, 'MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
    }
    if (this.#tokens[this.#next + 1]?.text.toUpperCase() !== 'SELECT') {
      return { kind: 'in', left, negated, values: this.#literals(), at };
    }
    this.#expectSymbol('(');
    const query = this.query(true);
    this.#expectSymbol(')');
    return { kind: 'join', left, negated, query, at };
  }

  #literals(): Literal[] {
    this.#expectSymbol('(');
    const values = this.#list(() => this.#literal());
    this.#expectSymbol(')');
    return values;
  }

  #literal(): Literal {
    const token = this.#take();
    const { at } = token;
    switch (token.kind) {
      case 'string':
        return { kind: 'string', value: token.value, at };
      case 'number':
        return { kind: 'number', text: token.text, at };
      case 'date':
      case 'datetime':
      case 'time':
        return { kind: token.kind, text: token.text, at };
      case 'name':
        return this.#namedLiteral(token);
      default:
        if (token.text === ':') {
          throw faultAt(this.#source, at, 'MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
        }
        throw this.#unexpected(token);
    }
  }

  #namedLiteral(token: Token): Literal {
    const word = token.text.toUpperCase();
    const { at } = token;
    if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE', at };
    if (word === 'NULL') return { kind: 'null', at };
    const counted = this.#peek().text === ':';
    if (!isDateLiteral(word, counted)) throw this.#unexpected(token);
    if (!counted) return { kind: 'dateLiteral', name: word, count: null, at };
    this.#take();
    return { kind: 'dateLiteral', name: word, count: this.#count(), at };
  }

  #with(): void {
    if (!this.#takeWord('WITH')) return;
    if (this.#takeWord('SECURITY_ENFORCED') || this.#takeWord('USER_MODE') || this.#takeWord('SYSTEM_MODE')) return;
    throw this.#unexpected(this.#peek());
  }

  #groupBy(): GroupBy {
    for (const kind of ['rollup', 'cube'] as const) {
      if (this.#isWord(kind.toUpperCase()) && this.#tokens[this.#next + 1]?.text === '(') {
        this.#take();
        this.#expectSymbol('(');
        const items = this.#list(() => this.#operand());
        this.#expectSymbol(')');
        return { kind, items };
      }
    }
    return { kind: 'plain', items: this.#list(() => this.#operand()) };
  }

  #orderItem(): OrderItem {
    const operand = this.#operand();
    const descending = this.#takeWord('DESC');
    if (!descending) this.#takeWord('ASC');
    let nullsLast = false;
    if (this.#takeWord('NULLS')) {
      nullsLast = this.#takeWord('LAST');
      if (!nullsLast) this.#expectWord('FIRST');
    }
    return { operand, descending, nullsLast, at: operand.at };
  }

  #count(): number {
    const token = this.#take();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw this.#unexpected(token);
    return Number(token.text);
  }

  #trailers(query: Query, nested: boolean): void {
    while (this.#takeWord('FOR')) {
      const word = this.#name();
      if (!['VIEW', 'REFERENCE', 'UPDATE'].includes(word.text.toUpperCase())) throw this.#unexpected(word);
    }
    if (this.#takeWord('UPDATE')) this.#list(() => this.#name());
    if (!nested && this.#takeWord('ALL')) {
      this.#expectWord('ROWS');
      query.allRows = true;
    }
  }

  #list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.#peek().text === ',' && this.#peek().kind === 'symbol') {
      this.#take();
      items.push(read());
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #name(): Token {
    const token = this.#take();
    if (token.kind !== 'name') throw this.#unexpected(token);
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#peek();
    return token.kind === 'name' && token.text.toUpperCase() === word;
  }

  #takeWord(word: string): boolean {
    const matches = this.#isWord(word);
    if (matches) this.#next += 1;
    return matches;
  }

  #expectWord(word: string): Token {
    const token = this.#take();
    if (token.kind !== 'name' || token.text.toUpperCase() !== word) throw this.#unexpected(token);
    return token;
  }

  #expectSymbol(symbol: string): void {
    const token = this.#take();
    if (token.text !== symbol) throw this.#unexpected(token);
  }

  #unexpected(token: Token): Error {
    return faultAt(this.#source, token.at, 'MALFORMED_QUERY', `unexpected token: '${token.text}'`);
  }
}

import type { FromItem, GroupBy, OrderItem, Path, Query, SelectItem } from './ast.ts';
import { ConditionReader } from './condition-reader.ts';
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

class Parser extends ConditionReader {
  query(nested: boolean): Query {
    const { at } = this.expectWord('SELECT');
    const select = this.list(() => this.#selectItem());
    this.expectWord('FROM');
    const from = this.list(() => this.#fromItem());
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
      allRows: false,
      at,
    };
    if (this.takeWord('USING')) {
      this.expectWord('SCOPE');
      query.scope = this.name().text;
    }
    if (this.takeWord('WHERE')) query.where = this.condition();
    this.#with();
    if (this.takeWord('GROUP')) {
      this.expectWord('BY');
      query.groupBy = this.#groupBy();
      if (this.takeWord('HAVING')) query.having = this.condition();
    }
    if (this.takeWord('ORDER')) {
      this.expectWord('BY');
      query.orderBy = this.list(() => this.#orderItem());
    }
    if (this.takeWord('LIMIT')) query.limit = this.count();
    if (this.takeWord('OFFSET')) query.offset = this.count();
    this.#trailers(query, nested);
    return query;
  }

  #selectItem(): SelectItem {
    const token = this.peek();
    if (token.text === '(') {
      this.take();
      const query = this.query(true);
      this.expectSymbol(')');
      return { kind: 'subquery', query, at: token.at };
    }
    if (this.isWord('TYPEOF') && this.peekSecond()?.kind === 'name') return this.#typeof();
    if (this.isWord('FIELDS') && this.peekSecond()?.text === '(') {
      this.take();
      this.expectSymbol('(');
      const group = this.name();
      const upper = group.text.toUpperCase();
      if (upper !== 'ALL' && upper !== 'STANDARD' && upper !== 'CUSTOM') throw this.unexpected(group);
      this.expectSymbol(')');
      return { kind: 'fields', group: upper, at: token.at };
    }
    const operand = this.operand();
    return { kind: 'operand', operand, alias: this.#columnAlias(), at: token.at };
  }

  #typeof(): SelectItem {
    const { at } = this.take();
    const path = this.path().parts;
    const whens: { object: string; fields: Path[] }[] = [];
    let otherwise: Path[] = [];
    while (this.takeWord('WHEN')) {
      const object = this.name().text;
      this.expectWord('THEN');
      whens.push({ object, fields: this.list(() => this.path()) });
    }
    if (this.takeWord('ELSE')) otherwise = this.list(() => this.path());
    this.expectWord('END');
    return { kind: 'typeof', path, whens, otherwise, at };
  }

  #fromItem(): FromItem {
    const { parts, at } = this.path();
    this.takeWord('AS');
    return { path: parts, alias: this.#alias(), at };
  }

  /** A name between a column and the comma or FROM after it; anything else is a slip, and told as one. */
  #columnAlias(): string | null {
    const after = this.peekSecond();
    const ends = after && (after.text === ',' || after.text.toUpperCase() === 'FROM');
    return ends ? this.#alias() : null;
  }

  #alias(): string | null {
    const token = this.peek();
    if (token.kind !== 'name' || token.text.includes('.') || clauseWords.has(token.text.toUpperCase())) return null;
    return this.take().text;
  }

  #with(): void {
    if (!this.takeWord('WITH')) return;
    if (this.takeWord('SECURITY_ENFORCED') || this.takeWord('USER_MODE') || this.takeWord('SYSTEM_MODE')) return;
    throw this.unexpected(this.peek());
  }

  #groupBy(): GroupBy {
    for (const kind of ['rollup', 'cube'] as const) {
      if (this.isWord(kind.toUpperCase()) && this.peekSecond()?.text === '(') {
        this.take();
        this.expectSymbol('(');
        const items = this.list(() => this.operand());
        this.expectSymbol(')');
        return { kind, items };
      }
    }
    return { kind: 'plain', items: this.list(() => this.operand()) };
  }

  #orderItem(): OrderItem {
    const operand = this.operand();
    const descending = this.takeWord('DESC');
    if (!descending) this.takeWord('ASC');
    let nullsLast = false;
    if (this.takeWord('NULLS')) {
      nullsLast = this.takeWord('LAST');
      if (!nullsLast) this.expectWord('FIRST');
    }
    return { operand, descending, nullsLast, at: operand.at };
  }

  #trailers(query: Query, nested: boolean): void {
    while (this.takeWord('FOR')) {
      const word = this.name();
      if (!['VIEW', 'REFERENCE', 'UPDATE'].includes(word.text.toUpperCase())) throw this.unexpected(word);
    }
    if (this.takeWord('UPDATE')) this.list(() => this.name());
    if (!nested && this.takeWord('ALL')) {
      this.expectWord('ROWS');
      query.allRows = true;
    }
  }
}

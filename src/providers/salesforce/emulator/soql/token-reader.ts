import type { Token } from './lexer.ts';
import { tokenize } from './lexer.ts';
import { faultAt } from './soql-fault.ts';

/** Walks the tokens of one statement; whatever does not fit is refused with its place. */
export class TokenReader {
  readonly source: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(source: string) {
    this.source = source;
    this.#tokens = tokenize(source);
  }

  expectEnd(): void {
    const token = this.peek();
    if (token.kind !== 'end') throw this.unexpected(token);
  }

  /** The token after the next one. */
  peekSecond(): Token | undefined {
    return this.#tokens[this.#next + 1];
  }

  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.peek().text === ',' && this.peek().kind === 'symbol') {
      this.take();
      items.push(read());
    }
    return items;
  }

  peek(): Token {
    return this.#tokens[this.#next]!;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  name(): Token {
    const token = this.take();
    if (token.kind !== 'name') throw this.unexpected(token);
    return token;
  }

  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'name' && token.text.toUpperCase() === word;
  }

  takeWord(word: string): boolean {
    const matches = this.isWord(word);
    if (matches) this.#next += 1;
    return matches;
  }

  expectWord(word: string): Token {
    const token = this.take();
    if (token.kind !== 'name' || token.text.toUpperCase() !== word) throw this.unexpected(token);
    return token;
  }

  expectSymbol(symbol: string): void {
    const token = this.take();
    if (token.text !== symbol) throw this.unexpected(token);
  }

  unexpected(token: Token): Error {
    return faultAt(this.source, token.at, 'MALFORMED_QUERY', `unexpected token: '${token.text}'`);
  }

  count(): number {
    const token = this.take();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw this.unexpected(token);
    return Number(token.text);
  }
}

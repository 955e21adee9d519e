import type { Call, Comparison, Condition, Literal, Operand, Path, Query } from './ast.ts';
import { isDateLiteral } from './date-literals.ts';
import type { Token } from './lexer.ts';
import { faultAt } from './soql-fault.ts';
import { TokenReader } from './token-reader.ts';

/** Operands, literals and conditions; whole queries, which nest in them, are left to the heir. */
export abstract class ConditionReader extends TokenReader {
  abstract query(nested: boolean): Query;

  operand(): Operand {
    const path = this.path();
    if (this.peek().text !== '(') return path;
    this.take();
    const args: (Operand | Literal)[] = [];
    if (this.peek().text !== ')') args.push(...this.list(() => this.#argument()));
    this.expectSymbol(')');
    return { kind: 'call', name: path.parts.join('.'), args, at: path.at } satisfies Call;
  }

  #argument(): Operand | Literal {
    return this.peek().kind === 'name' ? this.operand() : this.#literal();
  }

  path(): Path {
    const token = this.name();
    return { kind: 'path', parts: token.text.split('.'), at: token.at };
  }

  /** AND and OR do not mix on one level without parentheses. */
  condition(): Condition {
    const first = this.#simpleCondition();
    const word = this.isWord('AND') ? 'AND' : this.isWord('OR') ? 'OR' : undefined;
    if (!word) return first;
    const parts = [first];
    while (this.takeWord(word)) parts.push(this.#simpleCondition());
    if (this.isWord('AND') || this.isWord('OR')) throw this.unexpected(this.peek());
    return { kind: word === 'AND' ? 'and' : 'or', parts };
  }

  #simpleCondition(): Condition {
    if (this.takeWord('NOT')) return { kind: 'not', part: this.#simpleCondition() };
    if (this.peek().text === '(') {
      this.take();
      const inner = this.condition();
      this.expectSymbol(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Condition {
    const left = this.operand();
    const operator = this.take();
    const word = operator.text.toUpperCase();
    const { at } = left;
    if (word === 'LIKE') return { kind: 'compare', left, operator: 'LIKE', right: this.#literal(), at };
    if (word === 'IN') return this.#in(left, false);
    if (word === 'NOT') {
      this.expectWord('IN');
      return this.#in(left, true);
    }
    if (word === 'INCLUDES' || word === 'EXCLUDES') {
      return { kind: 'includes', left, negated: word === 'EXCLUDES', values: this.#literals(), at };
    }
    if (!['=', '!=', '<>', '<', '<=', '>', '>='].includes(word)) throw this.unexpected(operator);
    const comparison = (word === '<>' ? '!=' : word) as Comparison;
    return { kind: 'compare', left, operator: comparison, right: this.#literal(), at };
  }

  #in(left: Operand, negated: boolean): Condition {
    const { at } = left;
    if (this.peek().text === ':') {
      throw faultAt(this.source, this.peek().at, 'MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
    }
    if (this.peekSecond()?.text.toUpperCase() !== 'SELECT') {
      return { kind: 'in', left, negated, values: this.#literals(), at };
    }
    this.expectSymbol('(');
    const query = this.query(true);
    this.expectSymbol(')');
    return { kind: 'join', left, negated, query, at };
  }

  #literals(): Literal[] {
    this.expectSymbol('(');
    const values = this.list(() => this.#literal());
    this.expectSymbol(')');
    return values;
  }

  #literal(): Literal {
    const token = this.take();
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
          throw faultAt(this.source, at, 'MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
        }
        throw this.unexpected(token);
    }
  }

  #namedLiteral(token: Token): Literal {
    const word = token.text.toUpperCase();
    const { at } = token;
    if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE', at };
    if (word === 'NULL') return { kind: 'null', at };
    const counted = this.peek().text === ':';
    if (!isDateLiteral(word, counted)) throw this.unexpected(token);
    if (!counted) return { kind: 'dateLiteral', name: word, count: null, at };
    this.take();
    return { kind: 'dateLiteral', name: word, count: this.count(), at };
  }
}

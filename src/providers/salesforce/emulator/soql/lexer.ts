import { faultAt } from './soql-fault.ts';

export type TokenKind = 'name' | 'string' | 'number' | 'date' | 'datetime' | 'time' | 'symbol' | 'end';

export interface Token {
  kind: TokenKind;
  /** As written. */
  text: string;
  /** Strings without quotes and escapes; LIKE keeps `\%` and `\_`. */
  value: string;
  at: number;
}

const patterns: [TokenKind, RegExp][] = [
  ['datetime', /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/iy],
  ['date', /\d{4}-\d{2}-\d{2}(?![\dT])/y],
  ['time', /\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/iy],
  ['number', /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![A-Za-z_])/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y],
  ['symbol', /<>|!=|<=|>=|[=<>(),:]/y],
];

const escapes: Record<string, string> = {
  n: '\n',
  N: '\n',
  r: '\r',
  R: '\r',
  t: '\t',
  T: '\t',
  b: '\b',
  B: '\b',
  f: '\f',
  F: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** Throws SalesforceFault MALFORMED_QUERY for text that is no SOQL. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source[at]!)) {
      at += 1;
      continue;
    }
    const token = source[at] === "'" ? readString(source, at) : readPattern(source, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', value: '', at: source.length });
  return tokens;
}

function readPattern(source: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { kind, text, value: text, at };
  }
  throw faultAt(source, at, 'MALFORMED_QUERY', `unexpected token: '${source[at]}'`);
}

function readString(source: string, start: number): Token {
  let value = '';
  let at = start + 1;
  while (at < source.length && source[at] !== "'") {
    if (source[at] !== '\\') {
      value += source[at];
      at += 1;
      continue;
    }
    const next = source[at + 1] ?? '';
    const unicode = /^[uU]([0-9a-fA-F]{4})/.exec(source.slice(at + 1, at + 6));
    if (unicode) {
      value += String.fromCharCode(Number.parseInt(unicode[1]!, 16));
      at += 6;
    } else if (next === '%' || next === '_') {
      value += `\\${next}`;
      at += 2;
    } else if (next in escapes) {
      // A literal backslash stays doubled until the operator is known: LIKE needs to tell it from its own escapes.
      value += next === '\\' ? '\\\\' : escapes[next];
      at += 2;
    } else {
      throw faultAt(
        source,
        at,
        'MALFORMED_QUERY',
        `Illegal string literal: Invalid string literal '${source.slice(start + 1, at + 2)}'. Illegal character sequence '\\${next}' in string literal.`,
      );
    }
  }
  if (at >= source.length) {
    throw faultAt(source, start, 'MALFORMED_QUERY', "mismatched character '<EOF>' expecting '''");
  }
  return { kind: 'string', text: source.slice(start, at + 1), value, at: start };
}

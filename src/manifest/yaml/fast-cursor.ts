import type { Range, ScalarNode } from './node.ts';

/** Thrown to leave a file to the complete parser. */
export const giveUp = Symbol('outside of the fast subset');

/** Character codes that mean something in YAML. */
export const codes = {
  newline: 10,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  singleQuote: 39,
  comma: 44,
  dash: 45,
  colon: 58,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
} as const;

/** First characters that make a plain scalar something else in YAML. */
export const indicators = new Set([...'-?:,[]{}#&*!|>\'"%@`='].map((char) => char.charCodeAt(0)));
const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', n: '\n', t: '\t' };

/** Where the fast parser stands in a text: lines, comments and scalars. What holds for one line only is decided here. */
export class FastCursor {
  protected readonly text: string;
  protected readonly keepComments: boolean;
  protected readonly comments: Range[] = [];
  protected position = 0;
  /** Indentation of the content at `position`; -1 at the end of the file. */
  protected column = -1;

  constructor(text: string) {
    this.text = text;
    this.keepComments = text.includes('amp:');
  }

  protected parseScalar(): ScalarNode {
    const code = this.text.charCodeAt(this.position);
    if (code === codes.doubleQuote || code === codes.singleQuote) return this.parseQuoted();
    const start = this.position;
    const end = this.scanPlain();
    return { kind: 'scalar', start, end, text: this.text.slice(start, end), plain: true };
  }

  /** Moves to the colon, comment or line end behind a plain scalar and gives where its text ends. */
  protected scanPlain(): number {
    const { text } = this;
    const start = this.position;
    const first = text.charCodeAt(start);
    if (indicators.has(first) && !(first === codes.dash && !this.isBlank(text.charCodeAt(start + 1)))) throw giveUp;
    let end = start;
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === codes.space) continue;
      if (Number.isNaN(code) || code === codes.newline || code === codes.carriageReturn) return this.stopAt(at, end);
      if (code === codes.colon && this.isBlank(text.charCodeAt(at + 1))) return this.stopAt(at, end);
      if (code === codes.hash && text.charCodeAt(at - 1) === codes.space) return this.stopAt(at, end);
      if (isOdd(code)) throw giveUp;
      end = at + 1;
    }
  }

  protected stopAt(at: number, end: number): number {
    this.position = at;
    return end;
  }

  protected parseQuoted(): ScalarNode {
    const { text } = this;
    const start = this.position;
    const quote = text.charCodeAt(start);
    let value = '';
    let from = start + 1;
    for (let at = from; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote && quote === codes.singleQuote && text.charCodeAt(at + 1) === codes.singleQuote) {
        value += `${text.slice(from, at)}'`;
        at += 1;
        from = at + 1;
      } else if (code === quote) {
        this.position = at + 1;
        return { kind: 'scalar', start, end: at + 1, text: value + text.slice(from, at), plain: false };
      } else if (code === codes.backslash && quote === codes.doubleQuote) {
        const escaped = escapes[text[at + 1] ?? ''];
        if (escaped === undefined) throw giveUp;
        value += text.slice(from, at) + escaped;
        at += 1;
        from = at + 1;
      } else if (Number.isNaN(code) || isOdd(code)) {
        throw giveUp;
      }
    }
  }

  /** A dash with a blank behind it. */
  protected atDash(): boolean {
    return this.text.charCodeAt(this.position) === codes.dash && this.isBlank(this.text.charCodeAt(this.position + 1));
  }

  protected isBlank(code: number): boolean {
    return code === codes.space || code === codes.newline || code === codes.carriageReturn || Number.isNaN(code);
  }

  protected skipSpaces(): void {
    while (this.text.charCodeAt(this.position) === codes.space) this.position += 1;
  }

  protected atLineEnd(): boolean {
    const code = this.text.charCodeAt(this.position);
    if (code === codes.hash) return this.text.charCodeAt(this.position - 1) === codes.space;
    return code === codes.newline || code === codes.carriageReturn || Number.isNaN(code);
  }

  /** Nothing but spaces and a comment may follow on this line; goes on to the next content. */
  protected endLine(): void {
    this.skipSpaces();
    if (!this.atLineEnd()) throw giveUp;
    this.toContent();
  }

  /** From a line end, a comment or the start of the file to the next content, past blank lines and comments. */
  protected toContent(): void {
    const { text } = this;
    let lineStart = this.position;
    for (;;) {
      this.skipSpaces();
      const code = text.charCodeAt(this.position);
      if (Number.isNaN(code)) {
        this.column = -1;
        return;
      }
      if (code === codes.hash) this.skipComment();
      else if (code === codes.carriageReturn && text.charCodeAt(this.position + 1) === codes.newline)
        this.position += 1;
      else if (code === codes.newline) {
        this.position += 1;
        lineStart = this.position;
      } else {
        if (isOdd(code)) throw giveUp;
        this.column = this.position - lineStart;
        if (this.column === 0 && this.atMarker()) throw giveUp;
        return;
      }
    }
  }

  /** `---` or `...` behind the first content, or a directive. */
  protected atMarker(): boolean {
    const { text, position } = this;
    if (text.startsWith('%', position) || text.startsWith('...', position)) return true;
    return text.startsWith('---', position) && !/^\s*$/.test(stripComments(text.slice(0, position)));
  }

  protected skipComment(): void {
    const start = this.position;
    const lineEnd = this.text.indexOf('\n', start);
    let end = lineEnd < 0 ? this.text.length : lineEnd;
    if (lineEnd >= 0 && this.text.charCodeAt(end - 1) === codes.carriageReturn) end -= 1;
    if (this.keepComments) this.comments.push({ start, end });
    this.position = end;
  }
}

function stripComments(text: string): string {
  return text.replace(/^ *#.*$/gm, '');
}

/** Tabs, control characters, lone carriage returns, byte order marks and the like: rare enough for the complete parser. */
export function isOdd(code: number): boolean {
  return code < codes.space || code === 127 || code === 0x85 || code === 0x2028 || code === 0x2029 || code === 0xfeff;
}

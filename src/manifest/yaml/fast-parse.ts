import {
  type ListNode,
  type MapNode,
  maximumDepth,
  type ParsedYaml,
  type Range,
  type ScalarNode,
  type YamlNode,
} from './node.ts';

/**
 * Parses the YAML people write in manifests in one pass, with positions: block mappings and lists, single-line scalars and
 * flow collections, comments. At the first thing outside of that (anchors, tags, block scalars, several lines in one
 * scalar, anything doubtful) it gives up with `undefined` and the complete parser takes over, which also words the errors.
 * Giving up is always right; going on must never differ from the complete parser.
 */
export function parseFast(text: string): ParsedYaml | undefined {
  try {
    return new FastParser(text).parseFile();
  } catch (error) {
    if (error === giveUp) return undefined;
    throw error;
  }
}

const giveUp = Symbol('outside of the fast subset');

const newline = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const comma = 44;
const dash = 45;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** First characters that make a plain scalar something else in YAML. */
const indicators = new Set([...'-?:,[]{}#&*!|>\'"%@`='].map((char) => char.charCodeAt(0)));
const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', n: '\n', t: '\t' };

class FastParser {
  private readonly text: string;
  private readonly keepComments: boolean;
  private readonly comments: Range[] = [];
  private position = 0;
  /** Indentation of the content at `position`; -1 at the end of the file. */
  private column = -1;

  constructor(text: string) {
    this.text = text;
    this.keepComments = text.includes('amp:');
  }

  parseFile(): ParsedYaml {
    this.toContent();
    if (this.column === 0 && this.text.startsWith('---', this.position)) {
      this.position += 3;
      this.endLine();
    }
    if (this.column < 0) throw giveUp;
    const root = this.parseBlock(0);
    if (this.column >= 0) throw giveUp;
    return { root, comments: this.comments, faults: [] };
  }

  private parseBlock(depth: number): MapNode | ListNode {
    if (depth >= maximumDepth) throw giveUp;
    return this.atDash() ? this.parseList(this.column, depth) : this.parseMap(this.column, depth);
  }

  private parseMap(column: number, depth: number): MapNode {
    const map: MapNode = { kind: 'map', start: this.position, end: this.position, flow: false, pairs: [] };
    do {
      if (this.atDash()) throw giveUp;
      const key = this.parseKey();
      map.pairs.push({ key, value: this.parseValue(key, column, depth) });
    } while (this.column === column);
    if (this.column > column) throw giveUp;
    map.end = map.pairs[map.pairs.length - 1]!.value.end;
    return map;
  }

  /** After the colon of a key. */
  private parseValue(key: ScalarNode, column: number, depth: number): YamlNode {
    this.skipSpaces();
    if (!this.atLineEnd()) return this.parseInline(column, depth);
    this.endLine();
    if (this.column > column) return this.parseBlock(depth + 1);
    // A list may stand at the column of its key.
    if (this.column === column && this.atDash()) {
      if (depth + 1 >= maximumDepth) throw giveUp;
      return this.parseList(column, depth + 1, true);
    }
    return { kind: 'scalar', start: key.end, end: key.end, text: '', plain: true };
  }

  private parseList(column: number, depth: number, beside = false): ListNode {
    const list: ListNode = { kind: 'list', start: this.position, end: this.position, flow: false, items: [] };
    do {
      if (!this.atDash()) {
        // The key after a list at its own key's column.
        if (beside) break;
        throw giveUp;
      }
      list.items.push(this.parseItem(column, depth));
    } while (this.column === column);
    if (this.column > column) throw giveUp;
    list.end = list.items[list.items.length - 1]!.end;
    return list;
  }

  private parseItem(column: number, depth: number): YamlNode {
    const dashAt = this.position;
    this.position += 1;
    this.skipSpaces();
    if (this.atLineEnd()) {
      const start = this.position;
      this.endLine();
      if (this.column > column) return this.parseBlock(depth + 1);
      return { kind: 'scalar', start, end: start, text: '', plain: true };
    }
    // The rest of the line is indented by where it stands: `- name: x` opens a mapping at the column of `name`.
    this.column = column + (this.position - dashAt);
    if (this.atDash() || this.startsWithKey()) return this.parseBlock(depth + 1);
    return this.parseInline(column, depth);
  }

  private startsWithKey(): boolean {
    const code = this.text.charCodeAt(this.position);
    if (code === openBracket || code === openBrace) return false;
    const before = this.position;
    if (code === doubleQuote || code === singleQuote) this.parseQuoted();
    else this.scanPlain();
    const found = this.text.charCodeAt(this.position) === colon;
    this.position = before;
    return found;
  }

  private parseKey(): ScalarNode {
    const key = this.parseScalar();
    // Keys over 1,024 characters, merges and a key that is not followed by a colon are for the complete parser.
    if (this.text.charCodeAt(this.position) !== colon || key.end - key.start > 1000) throw giveUp;
    if (!this.isBlank(this.text.charCodeAt(this.position + 1)) || (key.plain && key.text === '<<')) throw giveUp;
    this.position += 1;
    return key;
  }

  /** A value on the line of its key or dash; the next line must not continue it. */
  private parseInline(column: number, depth: number): YamlNode {
    const code = this.text.charCodeAt(this.position);
    const node = code === openBracket || code === openBrace ? this.parseFlow(depth + 1) : this.parseScalar();
    if (this.text.charCodeAt(this.position) === colon) throw giveUp;
    this.endLine();
    if (this.column > column) throw giveUp;
    return node;
  }

  private parseScalar(): ScalarNode {
    const code = this.text.charCodeAt(this.position);
    if (code === doubleQuote || code === singleQuote) return this.parseQuoted();
    const start = this.position;
    const end = this.scanPlain();
    return { kind: 'scalar', start, end, text: this.text.slice(start, end), plain: true };
  }

  /** Moves to the colon, comment or line end behind a plain scalar and gives where its text ends. */
  private scanPlain(): number {
    const { text } = this;
    const start = this.position;
    const first = text.charCodeAt(start);
    if (indicators.has(first) && !(first === dash && !this.isBlank(text.charCodeAt(start + 1)))) throw giveUp;
    let end = start;
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === space) continue;
      if (Number.isNaN(code) || code === newline || code === carriageReturn) return this.stopAt(at, end);
      if (code === colon && this.isBlank(text.charCodeAt(at + 1))) return this.stopAt(at, end);
      if (code === hash && text.charCodeAt(at - 1) === space) return this.stopAt(at, end);
      if (isOdd(code)) throw giveUp;
      end = at + 1;
    }
  }

  private stopAt(at: number, end: number): number {
    this.position = at;
    return end;
  }

  private parseQuoted(): ScalarNode {
    const { text } = this;
    const start = this.position;
    const quote = text.charCodeAt(start);
    let value = '';
    let from = start + 1;
    for (let at = from; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote && quote === singleQuote && text.charCodeAt(at + 1) === singleQuote) {
        value += `${text.slice(from, at)}'`;
        at += 1;
        from = at + 1;
      } else if (code === quote) {
        this.position = at + 1;
        return { kind: 'scalar', start, end: at + 1, text: value + text.slice(from, at), plain: false };
      } else if (code === backslash && quote === doubleQuote) {
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

  private parseFlow(depth: number): MapNode | ListNode {
    if (depth >= maximumDepth) throw giveUp;
    const start = this.position;
    const isMap = this.text.charCodeAt(start) === openBrace;
    const close = isMap ? closeBrace : closeBracket;
    const pairs: MapNode['pairs'] = [];
    const items: YamlNode[] = [];
    this.position += 1;
    this.skipSpaces();
    while (this.text.charCodeAt(this.position) !== close) {
      if (isMap) pairs.push(this.parseFlowPair(depth));
      else items.push(this.parseFlowValue(depth));
      this.skipSpaces();
      const code = this.text.charCodeAt(this.position);
      if (code === comma) this.position += 1;
      else if (code !== close) throw giveUp;
      this.skipSpaces();
    }
    this.position += 1;
    const end = this.position;
    return isMap ? { kind: 'map', start, end, flow: true, pairs } : { kind: 'list', start, end, flow: true, items };
  }

  private parseFlowPair(depth: number): MapNode['pairs'][number] {
    const key = this.parseFlowScalar();
    if (this.text.charCodeAt(this.position) !== colon || this.text.charCodeAt(this.position + 1) !== space)
      throw giveUp;
    if (key.plain && key.text === '<<') throw giveUp;
    this.position += 1;
    this.skipSpaces();
    return { key, value: this.parseFlowValue(depth) };
  }

  private parseFlowValue(depth: number): YamlNode {
    const code = this.text.charCodeAt(this.position);
    if (code === openBrace || code === openBracket) return this.parseFlow(depth + 1);
    return this.parseFlowScalar();
  }

  private parseFlowScalar(): ScalarNode {
    const { text } = this;
    const start = this.position;
    const first = text.charCodeAt(start);
    if (first === doubleQuote || first === singleQuote) return this.parseQuoted();
    if (indicators.has(first)) throw giveUp;
    let end = start;
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === space) continue;
      if (code === comma || code === closeBracket || code === closeBrace || code === colon) {
        this.position = at;
        // `a:b` and `[a: b]` are for the complete parser; so is a scalar of nothing.
        if (end === start || (code === colon && text.charCodeAt(at + 1) !== space)) throw giveUp;
        return { kind: 'scalar', start, end, text: text.slice(start, end), plain: true };
      }
      if (code === openBracket || code === openBrace || code === hash || Number.isNaN(code) || isOdd(code))
        throw giveUp;
      end = at + 1;
    }
  }

  /** A dash with a blank behind it. */
  private atDash(): boolean {
    return this.text.charCodeAt(this.position) === dash && this.isBlank(this.text.charCodeAt(this.position + 1));
  }

  private isBlank(code: number): boolean {
    return code === space || code === newline || code === carriageReturn || Number.isNaN(code);
  }

  private skipSpaces(): void {
    while (this.text.charCodeAt(this.position) === space) this.position += 1;
  }

  private atLineEnd(): boolean {
    const code = this.text.charCodeAt(this.position);
    if (code === hash) return this.text.charCodeAt(this.position - 1) === space;
    return code === newline || code === carriageReturn || Number.isNaN(code);
  }

  /** Nothing but spaces and a comment may follow on this line; goes on to the next content. */
  private endLine(): void {
    this.skipSpaces();
    if (!this.atLineEnd()) throw giveUp;
    this.toContent();
  }

  /** From a line end, a comment or the start of the file to the next content, past blank lines and comments. */
  private toContent(): void {
    const { text } = this;
    let lineStart = this.position;
    for (;;) {
      this.skipSpaces();
      const code = text.charCodeAt(this.position);
      if (Number.isNaN(code)) {
        this.column = -1;
        return;
      }
      if (code === hash) this.skipComment();
      else if (code === carriageReturn && text.charCodeAt(this.position + 1) === newline) this.position += 1;
      else if (code === newline) {
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
  private atMarker(): boolean {
    const { text, position } = this;
    if (text.startsWith('%', position) || text.startsWith('...', position)) return true;
    return text.startsWith('---', position) && !/^\s*$/.test(stripComments(text.slice(0, position)));
  }

  private skipComment(): void {
    const start = this.position;
    const lineEnd = this.text.indexOf('\n', start);
    let end = lineEnd < 0 ? this.text.length : lineEnd;
    if (lineEnd >= 0 && this.text.charCodeAt(end - 1) === carriageReturn) end -= 1;
    if (this.keepComments) this.comments.push({ start, end });
    this.position = end;
  }
}

function stripComments(text: string): string {
  return text.replace(/^ *#.*$/gm, '');
}

/** Tabs, control characters, lone carriage returns, byte order marks and the like: rare enough for the complete parser. */
function isOdd(code: number): boolean {
  return code < space || code === 127 || code === 0x85 || code === 0x2028 || code === 0x2029 || code === 0xfeff;
}

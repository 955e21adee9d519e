import { codes, FastCursor, giveUp, indicators, isOdd } from './fast-cursor.ts';
import { type ListNode, type MapNode, maximumDepth, type ParsedYaml, type ScalarNode, type YamlNode } from './node.ts';

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

class FastParser extends FastCursor {
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
    if (code === codes.openBracket || code === codes.openBrace) return false;
    const before = this.position;
    if (code === codes.doubleQuote || code === codes.singleQuote) this.parseQuoted();
    else this.scanPlain();
    const found = this.text.charCodeAt(this.position) === codes.colon;
    this.position = before;
    return found;
  }

  private parseKey(): ScalarNode {
    const key = this.parseScalar();
    // Keys over 1,024 characters, merges and a key that is not followed by a colon are for the complete parser.
    if (this.text.charCodeAt(this.position) !== codes.colon || key.end - key.start > 1000) throw giveUp;
    if (!this.isBlank(this.text.charCodeAt(this.position + 1)) || (key.plain && key.text === '<<')) throw giveUp;
    this.position += 1;
    return key;
  }

  /** A value on the line of its key or dash; the next line must not continue it. */
  private parseInline(column: number, depth: number): YamlNode {
    const code = this.text.charCodeAt(this.position);
    const node =
      code === codes.openBracket || code === codes.openBrace ? this.parseFlow(depth + 1) : this.parseScalar();
    if (this.text.charCodeAt(this.position) === codes.colon) throw giveUp;
    this.endLine();
    if (this.column > column) throw giveUp;
    return node;
  }

  private parseFlow(depth: number): MapNode | ListNode {
    if (depth >= maximumDepth) throw giveUp;
    const start = this.position;
    const isMap = this.text.charCodeAt(start) === codes.openBrace;
    const close = isMap ? codes.closeBrace : codes.closeBracket;
    const pairs: MapNode['pairs'] = [];
    const items: YamlNode[] = [];
    this.position += 1;
    this.skipSpaces();
    while (this.text.charCodeAt(this.position) !== close) {
      if (isMap) pairs.push(this.parseFlowPair(depth));
      else items.push(this.parseFlowValue(depth));
      this.skipSpaces();
      const code = this.text.charCodeAt(this.position);
      if (code === codes.comma) this.position += 1;
      else if (code !== close) throw giveUp;
      this.skipSpaces();
    }
    this.position += 1;
    const end = this.position;
    return isMap ? { kind: 'map', start, end, flow: true, pairs } : { kind: 'list', start, end, flow: true, items };
  }

  private parseFlowPair(depth: number): MapNode['pairs'][number] {
    const key = this.parseFlowScalar();
    if (this.text.charCodeAt(this.position) !== codes.colon || this.text.charCodeAt(this.position + 1) !== codes.space)
      throw giveUp;
    if (key.plain && key.text === '<<') throw giveUp;
    this.position += 1;
    this.skipSpaces();
    return { key, value: this.parseFlowValue(depth) };
  }

  private parseFlowValue(depth: number): YamlNode {
    const code = this.text.charCodeAt(this.position);
    if (code === codes.openBrace || code === codes.openBracket) return this.parseFlow(depth + 1);
    return this.parseFlowScalar();
  }

  private parseFlowScalar(): ScalarNode {
    const { text } = this;
    const start = this.position;
    const first = text.charCodeAt(start);
    if (first === codes.doubleQuote || first === codes.singleQuote) return this.parseQuoted();
    if (indicators.has(first)) throw giveUp;
    let end = start;
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === codes.space) continue;
      if (code === codes.comma || code === codes.closeBracket || code === codes.closeBrace || code === codes.colon) {
        this.position = at;
        // `a:b` and `[a: b]` are for the complete parser; so is a scalar of nothing.
        if (end === start || (code === codes.colon && text.charCodeAt(at + 1) !== codes.space)) throw giveUp;
        return { kind: 'scalar', start, end, text: text.slice(start, end), plain: true };
      }
      if (
        code === codes.openBracket ||
        code === codes.openBrace ||
        code === codes.hash ||
        Number.isNaN(code) ||
        isOdd(code)
      )
        throw giveUp;
      end = at + 1;
    }
  }
}

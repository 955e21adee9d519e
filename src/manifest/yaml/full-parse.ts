import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type Scalar,
} from 'yaml';
import {
  type AliasNode,
  maximumAliasNodes,
  maximumDepth,
  type Pair,
  type ParsedYaml,
  type ParseFault,
  type Range,
  type ScalarNode,
  type YamlNode,
} from './node.ts';
import { explainSyntaxError } from './syntax-error.ts';

/**
 * Parses any YAML, or says what is wrong with it. The depth is watched while the concrete syntax tree grows: building a
 * document out of deep nesting recurses, and on Node 20 a few kilobytes of `[` abort the process there, uncatchably.
 */
export function parseFully(text: string): ParsedYaml {
  const comments: Range[] = [];
  const tokens: CST.Token[] = [];
  const tooDeep = readTokens(text, tokens, comments);
  if (tooDeep) return { root: undefined, comments, faults: [{ kind: 'limits', limit: 'depth', ...tooDeep }] };

  const documents = composeFirstTwo(tokens, text.length);
  const [first, second] = documents;
  const faults: ParseFault[] = [];
  if (second) faults.push({ kind: 'second-document', ...markerOf(second, text) });
  if (!first) return { root: undefined, comments, faults };
  const error = firstError(first);
  if (error) return { root: undefined, comments, faults: [explainSyntaxError(text, error), ...faults] };
  if (!first.contents) return { root: undefined, comments, faults };

  const converter = new Converter(text);
  const root = converter.convert(first.contents as Node);
  if (converter.fatal) return { root: undefined, comments, faults: [converter.fatal, ...faults] };
  const bomb = findAliasBomb(root);
  if (bomb) return { root: undefined, comments, faults: [bomb, ...faults] };
  return { root, comments, faults: [...converter.faults, ...faults] };
}

/** Fills `tokens` and `comments`; gives the place where the nesting is too deep, if it is. */
function readTokens(text: string, tokens: CST.Token[], comments: Range[]): Range | undefined {
  const parser = new Parser();
  const keepComments = text.includes('amp:');
  for (const lexeme of new Lexer().lex(text)) {
    if (keepComments && lexeme.startsWith('#')) {
      comments.push({ start: parser.offset, end: parser.offset + lexeme.length });
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maximumDepth && collections(parser.stack) > maximumDepth) {
      return { start: parser.offset - lexeme.length, end: parser.offset };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return undefined;
}

function collections(stack: readonly CST.Token[]): number {
  return stack.filter((token) => token.type.startsWith('block-') || token.type.startsWith('flow-')).length;
}

function composeFirstTwo(tokens: CST.Token[], length: number): Document.Parsed[] {
  // Failsafe: every scalar is text here; manifests follow YAML 1.1, which scalar.ts knows.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', keepSourceTokens: false });
  const documents: Document.Parsed[] = [];
  for (const document of composer.compose(tokens, true, length)) {
    documents.push(document as Document.Parsed);
    if (documents.length === 2) break;
  }
  return documents;
}

function firstError(document: Document.Parsed) {
  return [...document.errors].sort((left, right) => left.pos[0] - right.pos[0])[0];
}

/** Where the ignored part starts: its `---`, or its content. */
function markerOf(document: Document.Parsed, text: string): Range {
  const contentStart = document.range[0];
  const marker = text.lastIndexOf('---', contentStart);
  const start = marker < 0 ? contentStart : marker;
  return { start, end: Math.min(start + 3, text.length) };
}

class Converter {
  readonly faults: ParseFault[] = [];
  /** Set when the tree cannot be trusted: an alias without anchor, or one inside of what it stands for. */
  fatal: ParseFault | undefined;
  private readonly text: string;
  private readonly anchors = new Map<string, AliasNode['target'] | 'open'>();

  constructor(text: string) {
    this.text = text;
  }

  convert(node: Node): YamlNode {
    if (isAlias(node)) return this.convertAlias(node);
    const { anchor } = node as { anchor?: string };
    if (anchor) this.anchors.set(anchor, 'open');
    const made = this.convertTarget(node);
    if (anchor) this.anchors.set(anchor, made);
    return made;
  }

  private convertTarget(node: Node): AliasNode['target'] {
    const [start = 0, end = start] = node.range ?? [];
    const tag = this.tagOf(node as { tag?: string }, start);
    if (isMap(node)) {
      const pairs = node.items.flatMap((item) => (isPair(item) ? this.convertPair(item) : []));
      return { kind: 'map', ...this.span(node, start, end, pairs.at(-1)?.value), flow: node.flow === true, pairs };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.convert((isPair(item) ? item.value : item) as Node));
      return { kind: 'list', ...this.span(node, start, end, items.at(-1)), flow: node.flow === true, items };
    }
    return this.convertScalar(node as Scalar, start, end, tag);
  }

  /** A block collection ends with its last value, not with the blank lines behind it. */
  private span(node: { flow?: boolean }, start: number, end: number, last: YamlNode | undefined): Range {
    return { start, end: node.flow || !last ? end : last.end };
  }

  private convertScalar(node: Scalar, start: number, end: number, tag: string | undefined): ScalarNode {
    const plain = node.type === 'PLAIN' || node.type === undefined;
    const text = plain ? ((node as { source?: string }).source ?? '') : String(node.value ?? '');
    return { kind: 'scalar', start, end: plain && text === '' ? start : end, text, plain, ...(tag ? { tag } : {}) };
  }

  private convertPair(pair: { key: unknown; value: unknown }): Pair[] {
    const keyNode = pair.key as Node | null;
    const key = keyNode ? this.convert(keyNode) : undefined;
    const named = key?.kind === 'alias' ? key.target : key;
    if (named?.kind !== 'scalar') {
      const at = key ?? { start: 0, end: 0 };
      this.faults.push({ kind: 'key-not-text', start: at.start, end: at.end });
      return [];
    }
    const empty: ScalarNode = { kind: 'scalar', start: named.end, end: named.end, text: '', plain: true };
    const value = pair.value ? this.convert(pair.value as Node) : empty;
    // A missing value stands at its key, wherever the comments behind it end.
    if (value.kind === 'scalar' && value.plain && value.text === '' && !value.tag)
      return [{ key: named, value: empty }];
    return [{ key: named, value }];
  }

  private convertAlias(node: { source: string; range?: readonly number[] | null }): YamlNode {
    const [start = 0, end = start] = node.range ?? [];
    const target = this.anchors.get(node.source);
    if (target === undefined || target === 'open') {
      this.fatal ??= {
        kind: 'syntax',
        reason: target === undefined ? this.unknownAlias(start) : 'alias-cycle',
        detail: node.source,
        start,
        end,
      };
      return { kind: 'scalar', start, end, text: '', plain: true };
    }
    return { kind: 'alias', start, end, target };
  }

  /** `*​/15` is a schedule somebody forgot to quote, not an alias. */
  private unknownAlias(start: number): 'unquoted-star' | 'alias-unknown' {
    return /^\*[/ \r\n]/.test(this.text.slice(start, start + 2)) ? 'unquoted-star' : 'alias-unknown';
  }

  private tagOf(node: { tag?: string }, start: number): string | undefined {
    if (!node.tag || node.tag === '!') return node.tag === '!' ? 'str' : undefined;
    const known = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.exec(node.tag)?.[1];
    if (!known) this.faults.push({ kind: 'unknown-tag', ...this.tagBefore(start) });
    return known;
  }

  /** The tag as it is written in front of a value. */
  private tagBefore(valueStart: number): Range & { tag: string } {
    let start = this.text.lastIndexOf('!', valueStart - 1);
    while (start > 0 && !/[\s,[\]{}]/.test(this.text[start - 1]!)) start -= 1;
    const tag = /^[^\s,[\]{}]*/.exec(this.text.slice(start))![0];
    return { tag, start, end: start + tag.length };
  }
}

/** Sizes are counted once a node, so a bomb is seen without being expanded. */
function findAliasBomb(root: YamlNode): ParseFault | undefined {
  const sizes = new Map<YamlNode, number>();
  let fault: ParseFault | undefined;
  let expanded = 0;
  const sizeOf = (node: YamlNode): number => {
    if (node.kind === 'scalar') return 1;
    if (node.kind === 'alias') return sizes.get(node.target) ?? 1;
    let size = 1;
    const children = node.kind === 'map' ? node.pairs.map((pair) => pair.value) : node.items;
    for (const child of children) {
      const childSize = sizeOf(child);
      if (child.kind === 'alias') {
        expanded += childSize;
        if (expanded > maximumAliasNodes) {
          fault ??= { kind: 'limits', limit: 'aliases', start: child.start, end: child.end };
        }
      }
      size += childSize;
    }
    sizes.set(node, size);
    return size;
  };
  sizeOf(root);
  return fault;
}

import type { Finding } from './findings.ts';
import { LineIndex } from './yaml/lines.ts';
import type { Range, YamlNode } from './yaml/node.ts';

/**
 * `# amp:ignore[rule, …]` comments. On a line of its own a directive covers the key or list item that starts on the next
 * line with content; at the end of a line it covers the key (or item) that starts on that line; both with everything
 * below. Lines and ranges decide, never how a parser attaches comments. Warnings and notes are silenced, errors never.
 */
export interface Directive extends Range {
  /** Rule ids as written, each with its place; empty = all rules. */
  ids: { id: string; start: number; end: number }[];
  /** The part of the file it speaks for; undefined when no key or item is there. */
  covers: Range | undefined;
}

const pattern = /amp:ignore(?:\[([^\]\r\n]*)\])?(?![\w-])/g;

/** Directives of the comments, in file order. */
export function readDirectives(text: string, comments: readonly Range[], root: YamlNode | undefined): Directive[] {
  const matches = comments.flatMap((comment) =>
    [...text.slice(comment.start, comment.end).matchAll(pattern)].map((match) => ({ comment, match })),
  );
  if (matches.length === 0) return [];
  const lines = new LineIndex(text);
  const starts = root ? findStarts(root, lines) : { outermost: new Map(), keys: new Map() };
  return matches.map(({ comment, match }) => {
    const start = comment.start + match.index;
    const { line, keyOnly } = coveredLine(text, lines, comment);
    return {
      start,
      end: start + match[0].length,
      ids: listIds(match[1] ?? '', start + 'amp:ignore['.length),
      covers: (keyOnly ? starts.keys : starts.outermost).get(line),
    };
  });
}

function listIds(list: string, offset: number): Directive['ids'] {
  return [...list.matchAll(/[^\s,]+/g)].map((match) => ({
    id: match[0],
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }));
}

/** Zero-based line whose key or item a comment speaks for; -1 when nothing follows. */
function coveredLine(text: string, lines: LineIndex, comment: Range): { line: number; keyOnly: boolean } {
  const line = lines.lineOf(comment.start);
  const before = text.slice(lines.startOf(line), comment.start);
  if (/[^\s-]/.test(before)) return { line, keyOnly: true };
  // Behind a bare dash the comment belongs to the first key, not to the item.
  const keyOnly = before.includes('-');
  for (let next = line + 1; lines.startOf(next) <= text.length; next += 1) {
    const content = text.slice(lines.startOf(next), lines.startOf(next + 1));
    if (!/^\s*(?:#.*)?$/.test(content.trimEnd())) return { line: next, keyOnly };
  }
  return { line: -1, keyOnly };
}

interface Starts {
  /** For each line the outermost key or item that starts there. */
  outermost: Map<number, Range>;
  /** The same without items that are block collections: of `- name: x` the key, not the item. */
  keys: Map<number, Range>;
}

function findStarts(root: YamlNode, lines: LineIndex): Starts {
  const starts: Starts = { outermost: new Map(), keys: new Map() };
  const add = (map: Map<number, Range>, range: Range) => {
    const line = lines.lineOf(range.start);
    if (!map.has(line)) map.set(line, range);
  };
  const walk = (node: YamlNode) => {
    if (node.kind === 'map') {
      for (const { key, value } of node.pairs) {
        const pair = { start: key.start, end: Math.max(key.end, value.end) };
        add(starts.outermost, pair);
        add(starts.keys, pair);
        walk(value);
      }
    } else if (node.kind === 'list') {
      for (const item of node.items) {
        add(starts.outermost, item);
        if (!('flow' in item) || item.flow) add(starts.keys, item);
        walk(item);
      }
    }
  };
  walk(root);
  return starts;
}

/** Findings that stay, and directives that silenced nothing though every rule they name was run. */
export function silence(
  findings: readonly Finding[],
  directives: readonly Directive[],
  activeRules: ReadonlySet<string>,
): { kept: Finding[]; unused: Directive[] } {
  const used = new Set<Directive>();
  const kept = findings.filter((finding) => {
    if (finding.diagnostic.severity === 'error') return true;
    const silencing = directives.filter((directive) => covers(directive, finding));
    for (const directive of silencing) used.add(directive);
    return silencing.length === 0;
  });
  const unused = directives.filter(
    (directive) => !used.has(directive) && directive.ids.every(({ id }) => activeRules.has(id)),
  );
  return { kept, unused };
}

function covers(directive: Directive, finding: Finding): boolean {
  if (!directive.covers) return false;
  if (finding.start < directive.covers.start || finding.start > directive.covers.end) return false;
  return directive.ids.length === 0 || directive.ids.some(({ id }) => id === finding.diagnostic.code);
}

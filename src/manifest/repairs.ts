import type { DraftBlock } from './key-spec.ts';
import type { Fix } from './rule.ts';
import type { Spot } from './spot.ts';

/** Another name for a key; its quotes, colon and value stay. */
export function renameKey(spot: Spot, written: string, name: string): Fix {
  const key = spot.key!;
  const quotes = key.plain ? 0 : 1;
  return {
    title: `renamed ${written} to ${name}`,
    edits: [{ start: key.start + quotes, end: key.end - quotes, text: name }],
  };
}

/** Another value for a scalar, in the quotes it had. Undefined for text over several lines. */
export function replaceValue(text: string, spot: Spot, value: string, title: string): Fix | undefined {
  const { node } = spot;
  if (node.kind !== 'scalar') return undefined;
  const written = text.slice(node.start, node.end);
  if (written.includes('\n')) return undefined;
  return { title, edits: [{ start: node.start, end: node.end, text: writtenLike(written, spot, value) }] };
}

function writtenLike(written: string, spot: Spot, value: string): string {
  if (written.startsWith('"')) return JSON.stringify(value);
  if (written.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  // Brackets and commas end an unquoted value inside of a flow collection; a star, an at sign and # never stand unquoted.
  const needsQuotes = /^[*&!|>@`%"'#]|: | #/.test(value) || (isInFlow(spot) && /[,[\]{}]/.test(value));
  return needsQuotes ? JSON.stringify(value) : value;
}

function isInFlow(spot: Spot | undefined): boolean {
  for (let outer = spot?.parent; outer; outer = outer.parent) {
    if (outer.node.kind !== 'scalar' && outer.node.flow) return true;
  }
  return false;
}

/** A key at the end of a block, in the block's own style and indentation. Undefined where that would not be safe. */
export function addKey(text: string, block: DraftBlock, line: string): Fix | undefined {
  const { node, alias } = block.spot;
  if (node.kind !== 'map' || alias) return undefined;
  const title = `added ${line}`;
  const last = node.pairs.at(-1);
  if (node.flow) {
    if (!last) return { title, edits: [{ start: node.start + 1, end: node.start + 1, text: line }] };
    return { title, edits: [{ start: last.value.end, end: last.value.end, text: `, ${line}` }] };
  }
  // Behind the first key whose value ends on its own line: never between a key and its comment or its list.
  const anchor = node.pairs.findLast(
    (pair) => pair.value.kind === 'scalar' && !text.slice(pair.key.start, pair.value.end).includes('\n'),
  );
  if (!anchor) return undefined;
  const lineStart = text.lastIndexOf('\n', anchor.key.start - 1) + 1;
  const indent = ' '.repeat(anchor.key.start - lineStart);
  const lineEnd = text.indexOf('\n', anchor.value.end);
  if (lineEnd < 0) {
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    return { title, edits: [{ start: text.length, end: text.length, text: `${newline}${indent}${line}` }] };
  }
  const newline = text[lineEnd - 1] === '\r' ? '\r\n' : '\n';
  return { title, edits: [{ start: lineEnd + 1, end: lineEnd + 1, text: `${indent}${line}${newline}` }] };
}

/** Removes a key with its value and the lines they stand on. Undefined where that would not be safe. */
export function removeKey(text: string, block: DraftBlock, member: Spot): Fix | undefined {
  const { node, alias } = block.spot;
  const { key } = member;
  // The only key would leave nothing; an anchored part is used elsewhere too.
  if (node.kind !== 'map' || !key || node.pairs.length < 2 || alias || member.alias) return undefined;
  const title = `removed ${key.text}`;
  const index = node.pairs.findIndex((pair) => pair.key === key);
  if (index < 0) return undefined;
  if (node.flow) {
    const start = index === 0 ? key.start : node.pairs[index - 1]!.value.end;
    const end = index === 0 ? node.pairs[1]!.key.start : member.node.end;
    return text.slice(start, end).includes('#') ? undefined : { title, edits: [{ start, end, text: '' }] };
  }
  const start = text.lastIndexOf('\n', key.start - 1) + 1;
  const lineEnd = text.indexOf('\n', member.node.end);
  const end = lineEnd < 0 ? text.length : lineEnd + 1;
  // A comment inside would be lost, and the key behind a dash carries the item.
  if (text.slice(start, end).includes('#') || text.slice(start, key.start).trim() !== '') return undefined;
  return { title, edits: [{ start, end, text: '' }] };
}

/**
 * Field names and paths. A name that does not start with `$` is one field, taken literally. A path is `$` and one or more
 * `['name']` or `["name"]`; inside, `\'`, `\"` and `\\` stand for the character behind the backslash.
 */
export type FieldPath = { segments: string[] } | { fault: string; offset: number };

/** Segments of a name or path; a fault says what stands at `offset` (zero-based) that cannot. */
export function parseFieldPath(written: string): FieldPath {
  if (!written.startsWith('$')) return { segments: [written] };
  if (written.length === 1) return { fault: "a path goes on with ['name']", offset: 1 };
  const segments: string[] = [];
  let at = 1;
  while (at < written.length) {
    const segment = readSegment(written, at);
    if ('fault' in segment) return segment;
    segments.push(segment.name);
    at = segment.end;
  }
  return { segments };
}

function readSegment(
  written: string,
  start: number,
): { name: string; end: number } | { fault: string; offset: number } {
  if (written[start] !== '[') return { fault: "['name'] is expected here", offset: start };
  const quote = written[start + 1];
  if (quote !== "'" && quote !== '"') return { fault: 'a name in quotes is expected here', offset: start + 1 };
  let name = '';
  let at = start + 2;
  for (; at < written.length && written[at] !== quote; at += 1) {
    if (written[at] === '\\') {
      at += 1;
      const escaped = written[at] ?? '';
      if (!/^['"\\]$/.test(escaped))
        return { fault: 'after a backslash only a quote or a backslash may stand', offset: at };
    }
    name += written[at];
  }
  if (at >= written.length) return { fault: 'the quote is not closed', offset: written.length };
  if (name === '') return { fault: 'a name cannot be empty', offset: at };
  if (written[at + 1] !== ']') return { fault: '] is missing', offset: at + 1 };
  return { name, end: at + 2 };
}

/** Segments, or the text itself as one segment when it is no valid path. */
export function segmentsOf(written: string): string[] {
  const parsed = parseFieldPath(written);
  return 'segments' in parsed ? parsed.segments : [written];
}

/** Bracket notation for segments: `$['Owner']['Name']`. */
export function formatFieldPath(segments: readonly string[]): string {
  return `$${segments.map((name) => `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`).join('')}`;
}

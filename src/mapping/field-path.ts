/** A field reference of manifests and configs: one plain name, or `$['a']['b']` (ampersand.md of the platform: "Field names and paths"). */
export type FieldPath = readonly string[];

export interface PathFault {
  /** Zero-based offset in the text. */
  offset: number;
  problem: string;
}

/** Parses a field reference. A text that does not start with `$` is one name, dots and spaces included. */
export function parseFieldPath(text: string): { path: FieldPath } | { fault: PathFault } {
  if (!text.startsWith('$')) return { path: [text] };
  const path: string[] = [];
  let at = 1;
  while (at < text.length) {
    if (text[at] !== '[') return fault(at, path.length === 0 ? "expected ['name'] after $" : 'expected [ or the end');
    const quote = text[at + 1];
    if (quote !== "'" && quote !== '"') return fault(at + 1, "expected a quoted name, as in ['name']");
    let name = '';
    let end = at + 2;
    for (; end < text.length && text[end] !== quote; end++) {
      if (text[end] === '\\' && end + 1 < text.length) end++;
      name += text[end];
    }
    if (end >= text.length) return fault(text.length, 'the quote is not closed');
    if (text[end + 1] !== ']') return fault(end + 1, 'expected ]');
    if (name === '') return fault(at + 2, 'a name is empty');
    path.push(name);
    at = end + 2;
  }
  return path.length === 0 ? fault(1, "expected ['name'] after $") : { path };

  function fault(offset: number, problem: string): { fault: PathFault } {
    return { fault: { offset, problem } };
  }
}

/** The canonical writing: a plain name, or bracket segments. */
export function renderFieldPath(path: FieldPath): string {
  if (path.length === 1 && !path[0]!.startsWith('$')) return path[0]!;
  return `$${path.map((name) => `['${name.replace(/[\\']/g, '\\$&')}']`).join('')}`;
}

/** A unified diff with three lines of context, as `diff -u` and `git apply` know it. Texts must differ. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const left = splitLines(before);
  const right = splitLines(after);
  const changes = alignLines(left, right);
  const hunks = groupHunks(changes);
  return [`--- a/${file}`, `+++ b/${file}`, ...hunks.flatMap(renderHunk)].join('\n');
}

interface LineChange {
  sign: ' ' | '-' | '+';
  text: string;
  /** Zero-based lines in the two texts in front of which this one stands. */
  left: number;
  right: number;
}

/** Lines with their endings, so that a changed line ending or a missing last one shows. */
function splitLines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** Common start and end, and the longest common subsequence of what lies between, which is short for a repaired manifest. */
function alignLines(left: readonly string[], right: readonly string[]): LineChange[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const middle = alignMiddle(left.slice(start, left.length - end), right.slice(start, right.length - end), start);
  const before = left.slice(0, start).map((text, index) => ({ sign: ' ' as const, text, left: index, right: index }));
  const after = left.slice(left.length - end).map((text, index) => ({
    sign: ' ' as const,
    text,
    left: left.length - end + index,
    right: right.length - end + index,
  }));
  return [...before, ...middle, ...after];
}

function alignMiddle(left: readonly string[], right: readonly string[], offset: number): LineChange[] {
  const lengths = commonLengths(left, right);
  const changes: LineChange[] = [];
  let row = 0;
  let column = 0;
  while (row < left.length || column < right.length) {
    const at = { left: offset + row, right: offset + column };
    if (row < left.length && column < right.length && left[row] === right[column]) {
      changes.push({ sign: ' ', text: left[row]!, ...at });
      row += 1;
      column += 1;
    } else if (row < left.length && (column >= right.length || lengths(row + 1, column) >= lengths(row, column + 1))) {
      changes.push({ sign: '-', text: left[row]!, ...at });
      row += 1;
    } else {
      changes.push({ sign: '+', text: right[column]!, ...at });
      column += 1;
    }
  }
  return changes;
}

/** Beyond this the middle is shown as one replaced block. */
const mostCells = 4_000_000;

function commonLengths(left: readonly string[], right: readonly string[]): (row: number, column: number) => number {
  const width = right.length + 1;
  if ((left.length + 1) * width > mostCells) return () => 0;
  const table = new Uint32Array((left.length + 1) * width);
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      table[row * width + column] =
        left[row] === right[column]
          ? table[(row + 1) * width + column + 1]! + 1
          : Math.max(table[(row + 1) * width + column]!, table[row * width + column + 1]!);
    }
  }
  return (row, column) => table[row * width + column]!;
}

const context = 3;

function groupHunks(changes: readonly LineChange[]): LineChange[][] {
  const hunks: LineChange[][] = [];
  let lastKept = -1;
  for (const [index, change] of changes.entries()) {
    if (change.sign === ' ') continue;
    const from = Math.max(lastKept + 1, index - context);
    const isNew = hunks.length === 0 || from > lastKept + 1;
    const to = Math.min(changes.length, index + context + 1);
    if (isNew) hunks.push([]);
    hunks.at(-1)!.push(...changes.slice(Math.max(from, lastKept + 1), to));
    lastKept = to - 1;
  }
  return hunks;
}

function renderHunk(hunk: readonly LineChange[]): string[] {
  const leftCount = hunk.filter((change) => change.sign !== '+').length;
  const rightCount = hunk.filter((change) => change.sign !== '-').length;
  const first = hunk[0]!;
  const header = `@@ -${spanOf(first.left, leftCount)} +${spanOf(first.right, rightCount)} @@`;
  return [header, ...hunk.flatMap(renderLine)];
}

function spanOf(start: number, count: number): string {
  const line = count === 0 ? start : start + 1;
  return count === 1 ? String(line) : `${line},${count}`;
}

function renderLine(change: LineChange): string[] {
  const text = change.text.replace(/\n$/, '');
  const line = `${change.sign}${text}`;
  return change.text.endsWith('\n') ? [line] : [line, '\\ No newline at end of file'];
}

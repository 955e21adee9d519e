import type { Style } from './style.ts';
import { textWidth } from './terminal-text.ts';

export interface Column {
  head: string;
  align?: 'left' | 'right';
}

const gap = '  ';

/** A borderless table, two spaces between columns, dim heads. Cells may carry colour and several lines. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], style: Style): string {
  const cells = [columns.map(({ head }) => style.dim(head)), ...rows].map((row) =>
    columns.map((_, column) => (row[column] ?? '').split('\n')),
  );
  const widths = columns.map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, ...row[column]!.map(shownWidth)), 0),
  );
  return cells
    .flatMap((row) => {
      const height = Math.max(...row.map((lines) => lines.length));
      return Array.from({ length: height }, (_, line) =>
        columns
          .map(({ align }, column) => pad(row[column]![line] ?? '', widths[column]!, align))
          .join(gap)
          .trimEnd(),
      );
    })
    .join('\n');
}

function pad(text: string, width: number, align: Column['align'] = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - shownWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** Columns a cell takes without its colours. */
function shownWidth(text: string): number {
  return textWidth(text.includes('\u001b') ? text.replace(colours, '') : text);
}

/** The escapes of our own style. */
const colours = /\u001b\[[\d;]*m/g;

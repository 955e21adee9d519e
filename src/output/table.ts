import Table from 'cli-table3';
import type { Style } from './style.ts';

export interface Column {
  head: string;
  align?: 'left' | 'right';
}

/** A borderless table, two spaces between columns, dim heads. Cells may carry colour. */
export function renderTable(columns: Column[], rows: string[][], style: Style): string {
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
      'middle',
    ].map((edge) => [edge, '']),
  );
  const table = new Table({
    head: columns.map((column) => style.dim(column.head)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

import type { OperationPage } from '../../operations/find-operations.ts';
import { plainStyle, type Style } from '../../output/style.ts';
import { renderTable } from '../../output/table.ts';
import { fitText, textWidth } from '../../output/terminal-text.ts';
import { durationText, shortTimeText, type Zone } from '../../output/time-text.ts';
import { deedText, statusText } from './wording.ts';

export interface ViewOptions {
  style: Style;
  width: number;
  now: number;
  /** The machine's when absent. */
  zone?: Zone;
}

// Time and three random characters: enough to name it, and every command takes the beginning of an id.
const idWidth = 15;

/** `amp operations`: a line each, newest first; what failed says why on a line below. */
export function renderOperationList(page: OperationPage, options: ViewOptions): string {
  const { style, width, now, zone } = options;
  const { operations } = page;
  if (operations.length === 0) return 'No operations match.';
  const widest = (texts: string[], least: number) => Math.max(least, ...texts.map(textWidth));
  const started = operations.map((operation) => shortTimeText(Date.parse(operation.createTime), now, zone));
  const took = operations.map(({ durationMs }) => (durationMs === undefined ? '' : durationText(durationMs)));
  const statuses = operations.map((operation) => statusText(operation, plainStyle));
  const hasGroups = operations.some((operation) => operation.groupRef);
  const fixed = idWidth + widest(statuses, 6) + widest(started, 7) + widest(took, 4) + 2 * (hasGroups ? 5 : 4);
  const room = Math.max(width - fixed, 16);
  const groups = operations.map((operation) => operation.groupRef ?? '');
  const deedWidth = Math.min(
    widest(operations.map(deedText), 4),
    hasGroups ? room - Math.min(widest(groups, 5), 12) : room,
  );
  const rows = operations.map((operation, index) => [
    operation.id.slice(0, idWidth),
    statusText(operation, style),
    fitText(deedText(operation), deedWidth),
    ...(hasGroups ? [fitText(groups[index]!, room - deedWidth)] : []),
    started[index]!,
    took[index]!,
  ]);
  const heads = ['Operation', 'Status', 'What', ...(hasGroups ? ['Group'] : []), 'Started', 'Took'];
  const columns = heads.map((head) => ({ head, ...(head === 'Took' ? { align: 'right' as const } : {}) }));
  const lines = renderTable(columns, rows, style).split('\n');
  const reasons = page.operations.map((operation) =>
    operation.status === 'failure' || operation.status === 'unknown'
      ? (operation.error?.title ?? operation.result)
      : '',
  );
  const table = lines.flatMap((line, index) => {
    const reason = reasons[index - 1];
    return reason ? [line, style.dim(`  ${fitText(reason, width - 2)}`)] : [line];
  });
  if (page.nextPageToken) table.push('', style.dim(`More: amp operations --page ${page.nextPageToken}`));
  return table.join('\n');
}

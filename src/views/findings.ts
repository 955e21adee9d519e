import type { Style } from '../output/style.ts';
import { wrapText } from '../output/terminal-text.ts';
import type { Attention, Findings } from '../status/status.ts';
import { remedyLines } from './remedy-lines.ts';

/** What needs a person, then what one should know of; each with its remedy below. */
export function renderFindings({ attention, notices }: Findings, options: { style: Style; width: number }): string {
  const { bad, warn } = options.style;
  return [
    ...attention.map((item) => `${bad('✗')} ${findingText(item, options)}`),
    ...notices.map((item) => `${warn('!')} ${findingText(item, options)}`),
  ].join('\n');
}

function findingText(item: Attention, { style, width }: { style: Style; width: number }): string {
  const [first, ...rest] = wrapText(`${item.subject}: ${item.message}`, width - 2);
  const remedy = remedyLines(item.remedy, width - 4).map((line) => `    ${style.accent(line)}`);
  return [style.bold(first!), ...rest.map((line) => `  ${line}`), ...remedy].join('\n');
}

import type { Check, Examination } from '../doctor/doctor.ts';
import type { Style } from '../output/style.ts';
import { wrapText } from '../output/terminal-text.ts';
import { remedyLines } from './remedy-lines.ts';

/** One line a check, the fix below it where there is something to do; then how it is as a whole. */
export function renderExamination({ checks }: Examination, options: { style: Style; width: number }): string {
  const { style } = options;
  const count = (result: Check['result']) => checks.filter((check) => check.result === result).length;
  const failures = count('failed');
  const warnings = count('warning');
  const verdict =
    failures > 0
      ? style.bad(`${failures} ${failures === 1 ? 'check' : 'checks'} failed.`)
      : warnings > 0
        ? style.warn(`No check failed; ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`)
        : style.good('Everything is fine.');
  return [...checks.map((check) => renderCheck(check, options)), '', verdict].join('\n');
}

function renderCheck(check: Check, { style, width }: { style: Style; width: number }): string {
  const mark = { ok: style.good('✓'), warning: style.warn('!'), failed: style.bad('✗'), skipped: style.dim('–') }[
    check.result
  ];
  const [first, ...rest] = wrapText(check.message, width - 2);
  const lines = [
    `${mark} ${check.result === 'skipped' ? style.dim(first!) : first}`,
    ...rest.map((line) => `  ${line}`),
  ];
  if (check.fix) lines.push(...remedyLines(check.fix, width - 4).map((line) => `    ${style.accent(line)}`));
  return lines.join('\n');
}

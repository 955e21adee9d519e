import { renderDiagnostics } from '../output/diagnostics.ts';
import type { Output } from '../output/output.ts';
import type { Style } from '../output/style.ts';
import type { ValidateResult } from '../validation/run-validate.ts';

type Checked = Extract<ValidateResult, { kind: 'checked' }>;

/** The result of `amp validate` for people. */
export function validateView(result: ValidateResult, output: Output): string {
  return result.kind === 'explained' ? explainedText(result.rule, output) : checkedText(result, output);
}

function checkedText(result: Checked, { style, width }: Output): string {
  const sources = new Map(result.checked.map(({ target, result: checked }) => [target.file, checked.text]));
  const shown = result.report.files
    .flatMap((file) => file.diagnostics)
    .filter((diagnostic) => diagnostic.severity !== 'info' || result.showNotes);
  const parts: string[] = [];
  const fixed = fixedText(result, style);
  if (fixed) parts.push(fixed);
  if (shown.length > 0) parts.push(renderDiagnostics(shown, sources, { style, width }));
  parts.push(summaryText(result, style));
  return parts.join('\n\n');
}

function fixedText(result: Checked, style: Style): string {
  if (result.dryRun) {
    const diffs = result.fixed.filter((file) => file.diff !== '').map((file) => paintDiff(file.diff, style));
    return diffs.join('\n') || (result.fixed.length > 0 ? 'Nothing to repair.' : '');
  }
  // Standard input has no file to write to: the repaired text itself is the result.
  const piped = result.fixed.find((file) => file.file === 'stdin');
  if (piped) return piped.text.replace(/\n$/, '');
  const lines = result.fixed.flatMap((file) =>
    file.applied.map((title) => `${style.good('✓')} ${file.file}: ${title}`),
  );
  return lines.join('\n');
}

function paintDiff(diff: string, style: Style): string {
  const paint = (line: string) => {
    if (line.startsWith('+++') || line.startsWith('---')) return style.bold(line);
    if (line.startsWith('+')) return style.good(line);
    if (line.startsWith('-')) return style.bad(line);
    return line.startsWith('@@') ? style.dim(line) : line;
  };
  return diff.split('\n').map(paint).join('\n');
}

function summaryText({ report, strict }: Checked, style: Style): string {
  const { files, errors, warnings } = report.summary;
  const what = files === 1 ? report.files[0]!.file : `${files} files`;
  if (errors === 0 && warnings === 0) return `${style.good('✓')} ${what} ${files === 1 ? 'is' : 'are'} valid.`;
  const counts = [count(errors, 'error'), count(warnings, 'warning')].filter((text) => text !== '').join(', ');
  if (report.valid) return `${style.good('✓')} ${what} ${files === 1 ? 'is' : 'are'} valid: ${counts}.`;
  const why = errors === 0 && strict ? ' (--strict)' : '';
  return `${style.bad('✗')} ${what}: ${counts}${why}.`;
}

function count(number: number, word: string): string {
  if (number === 0) return '';
  return number === 1 ? `1 ${word}` : `${number} ${word}s`;
}

function explainedText(rule: Extract<ValidateResult, { kind: 'explained' }>['rule'], { style, width }: Output): string {
  const head = `${style.bold(rule.id)} ${style.dim(`(${rule.severity})`)}`;
  return [head, '', wrap(rule.summary, width), '', wrap(rule.why, width), '', style.dim(rule.docsUrl)].join('\n');
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.min(width, 100)) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

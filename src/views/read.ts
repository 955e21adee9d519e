import type { ReadCommandResult } from '../commands/run-read-command.ts';
import type { Output } from '../output/output.ts';
import { durationText } from '../output/time-text.ts';
import { groupDigits } from '../platform/group-digits.ts';

/** The end of a read for people. Beside records on stdout it is a notice, since stdout belongs to them. */
export function renderRead(result: ReadCommandResult, output: Pick<Output, 'style' | 'errorStyle' | 'notice'>): string {
  const isStream = result.output.kind === 'stdout';
  const style = isStream ? output.errorStyle : output.style;
  const count = (value: number, noun: string) => `${groupDigits(value)} ${noun}${value === 1 ? '' : 's'}`;
  const head =
    result.records === 0
      ? `${style.good('✓')} Nothing new in ${style.bold(result.object)}`
      : `${style.good('✓')} ${style.bold(count(result.records, 'record'))} of ${style.bold(result.object)}${placeText(result)}`;
  const facts = [
    durationText(result.durationMs),
    ...(result.records > 0 ? [`${groupDigits(result.recordsPerSecond)}/s`] : []),
    `${count(result.apiCalls, 'API call')} by ${result.api === 'bulk' ? 'Bulk' : 'REST'}`,
  ];
  const lines = [head, `  ${facts.join(' · ')}`];
  if (result.output.kind === 'destination')
    lines.push(...deliveryLines(result.messages, result.output.delivery, style).map((line) => `  ${line}`));
  if (result.verified)
    lines.push(`  ${style.good('✓')} the org counts the same, in ${count(result.verified.length, 'window')}`);
  if (result.resumed) lines.push(`  went on with ${result.resumed}`);
  lines.push(style.dim(`  ${result.operationId}`));
  const text = lines.join('\n');
  if (!isStream) return text;
  output.notice(text);
  return '';
}

function placeText({ output }: ReadCommandResult): string {
  return output.kind === 'file' ? ` → ${output.path}` : '';
}

function deliveryLines(
  messages: number,
  delivery: { delivered: number; pending: number; dead: number },
  style: Output['style'],
): string[] {
  if (messages === 0) return ['no message to send'];
  const rest = [
    ...(delivery.pending > 0 ? [style.warn(`${delivery.pending} wait in the outbox`)] : []),
    ...(delivery.dead > 0 ? [style.bad(`${delivery.dead} given up`)] : []),
  ];
  const waits = delivery.pending > 0 ? ['amp run sends what waits; amp status shows which destination is down'] : [];
  return [[`${delivery.delivered} of ${messages} messages delivered`, ...rest].join(', '), ...waits];
}

import type { Style } from '../../output/style.ts';
import { fitText, terminalText } from '../../output/terminal-text.ts';

/** The platform's answer to a write: what was written, then why the rest was not. */
export function renderHostedWrite(
  { success, output }: { success: boolean; output: Record<string, unknown> },
  style: Style,
  width: number,
): string {
  const { operationId, result, successCount, failureCount, errors } = output as {
    operationId?: string;
    result?: { recordId?: string };
    successCount?: number;
    failureCount?: number;
    errors?: { message?: string }[];
  };
  const counts = successCount === undefined ? undefined : `${successCount} written, ${failureCount ?? 0} failed`;
  const done = result?.recordId === undefined ? 'The platform has taken the write' : `Wrote ${result.recordId}`;
  const head = counts ?? (success ? done : 'Nothing was written');
  const reasons = (errors ?? []).map(({ message }) => `  ${fitText(terminalText(message ?? ''), width - 2)}`);
  const foot = operationId === undefined ? [] : [style.dim(`  operation ${terminalText(operationId)}`)];
  return [`${success ? style.good('✓') : style.bad('✗')} ${terminalText(head)}`, ...reasons, ...foot].join('\n');
}

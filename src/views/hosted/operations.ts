import type { HostedLog, HostedOperation } from '../../environments/hosted/answers.ts';
import type { Style } from '../../output/style.ts';
import { terminalText } from '../../output/terminal-text.ts';
import { renderHostedList } from './lists.ts';

export function renderHostedOperations(operations: readonly HostedOperation[], style: Style): string {
  return renderHostedList(
    'operations',
    operations,
    [
      ['Started', ({ createTime }) => createTime],
      ['Action', ({ actionType }) => actionType],
      ['Status', ({ status }) => status],
      ['Result', ({ result }) => result],
      ['Id', ({ id }) => id],
    ],
    style,
  );
}

/** Log lines, oldest first. What went wrong is text on the platform and an object here; both can be read. */
export function renderHostedLogs(lines: readonly HostedLog[], style: Style): string {
  if (lines.length === 0) return 'Nothing was logged.';
  return lines.flatMap((line) => renderLine(line, style)).join('\n');
}

function renderLine({ timestamp, severity, message }: HostedLog, style: Style): string[] {
  const body = typeof message === 'string' ? { msg: message } : (message ?? {});
  const head = `${style.dim(timestamp ?? '')} ${paint(severity, style)} ${terminalText(body.msg ?? '')}`;
  return [head, ...errorLines('error' in body ? body.error : undefined).map((text) => `  ${terminalText(text)}`)];
}

function errorLines(error: unknown): string[] {
  if (typeof error === 'string') return error === '' ? [] : [error];
  if (error === null || typeof error !== 'object') return [];
  const { title, detail, status, requestId, causes, remedy } = error as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const facts = [
    typeof status === 'number' ? `HTTP ${status}` : undefined,
    text(requestId) && `request ${requestId}`,
  ].filter(Boolean);
  const head = [text(title), text(detail)].filter(Boolean).join(': ') || JSON.stringify(error);
  return [
    facts.length > 0 ? `${head} (${facts.join(', ')})` : head,
    ...(Array.isArray(causes) ? causes.map((cause) => `because ${cause}`) : []),
    ...(text(remedy) ? [`help: ${remedy}`] : []),
  ];
}

function paint(severity: string | undefined, style: Style): string {
  const text = (severity ?? 'INFO').toUpperCase().padEnd(7);
  if (text.startsWith('ERR')) return style.bad(text);
  return text.startsWith('WARN') ? style.warn(text) : style.dim(text);
}

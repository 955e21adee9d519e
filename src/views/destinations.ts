import type { AddedDestination } from '../destinations/add-destination.ts';
import type { DestinationSummary, FailureSummary } from '../destinations/describe-destination.ts';
import type { RotatedSecret } from '../destinations/rotate-secret.ts';
import type { DestinationTest } from '../destinations/test-destination.ts';
import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { fitMiddle, fitText, terminalText, textWidth, wrapText } from '../output/terminal-text.ts';
import { agoText, durationText, fullTimeText } from '../output/time-text.ts';

export interface DestinationViewOptions {
  style: Style;
  width: number;
  now: number;
}

/** `amp destinations`: a line each, what waits and what needs a person first to the eye. */
export function renderDestinationList(
  list: DestinationSummary[],
  { style, width, now }: DestinationViewOptions,
): string {
  if (list.length === 0) {
    return 'No destinations. Add one: amp destinations add <name> --url <url>';
  }
  const nameWidth = Math.min(24, Math.max(4, ...list.map(({ name }) => name.length)));
  const rows = list.map((destination) => [
    fitText(destination.name, nameWidth),
    stateText(destination, style),
    countText(destination.backlog.pending, style.warn),
    countText(destination.backlog.dead, style.bad),
    String(destination.backlog.delivered),
    fitTarget(targetText(destination), Math.max(16, width - nameWidth - 46)),
  ]);
  const columns = [
    { head: 'Name' },
    { head: 'State' },
    { head: 'Waiting', align: 'right' as const },
    { head: 'Dead', align: 'right' as const },
    { head: 'Delivered', align: 'right' as const },
    { head: 'Target' },
  ];
  const notes = list.flatMap((destination) => attentionLines(destination, style, now));
  return [renderTable(columns, rows, style), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** `amp destinations show`. */
export function renderDestination(
  destination: DestinationSummary & { failures: FailureSummary[]; secret?: string },
  { style, width, now }: DestinationViewOptions,
): string {
  const { backlog } = destination;
  const fields: [string, string][] = [
    ['Kind', destination.kind],
    ['Target', terminalText(targetText(destination))],
    ...Object.entries(destination.headers ?? {}).map(([name, value]): [string, string] => [
      'Header',
      `${name}: ${value}`,
    ]),
    ...awsFields(destination),
    ...(destination.allowPrivateNetwork ? [['Network', 'private addresses permitted'] as [string, string]] : []),
    ['State', stateText(destination, style) + (destination.disabledReason ? `: ${destination.disabledReason}` : '')],
    [
      'Waiting',
      backlog.oldestAt ? `${backlog.pending}, the oldest since ${agoText(Date.parse(backlog.oldestAt), now)}` : '0',
    ],
    ['Delivered', String(backlog.delivered)],
    ['Dead', countText(backlog.dead, style.bad)],
    ['Last success', destination.lastSuccessAt ? agoText(Date.parse(destination.lastSuccessAt), now) : 'never'],
    ...(destination.nextAttemptAt
      ? [['Next retry', agoText(Date.parse(destination.nextAttemptAt), now)] as [string, string]]
      : []),
    ...(destination.secret ? [['Secret', destination.secret] as [string, string]] : []),
    ['Added', fullTimeText(Date.parse(destination.createdAt))],
  ];
  const lines = [
    style.bold(destination.name),
    ...fields.map(([label, value]) => `  ${style.dim(label.padEnd(13))}${value}`),
  ];
  if (destination.failures.length > 0) {
    lines.push('', style.bold('Latest failures'));
    for (const { at, attempt, reason, messageId } of destination.failures) {
      lines.push(
        fitText(`  ${agoText(Date.parse(at), now).padEnd(14)}attempt ${attempt}  ${reason}  ${messageId}`, width),
      );
    }
  }
  const notes = attentionLines(destination, style, now);
  if (notes.length > 0) lines.push('', ...notes);
  return lines.join('\n');
}

export function renderAddedDestination({ destination, secret }: AddedDestination, style: Style): string {
  const lines = [`${style.good('✓')} ${destination.name} is added.`];
  if ('region' in destination.settings) lines.push(style.dim(`  Try it: amp destinations test ${destination.name}`));
  if (secret) {
    lines.push(
      '',
      `  Signing secret  ${style.bold(secret)}`,
      '',
      style.dim('  Give it to the receiver to verify svix-signature.'),
    );
    lines.push(style.dim(`  Try it: amp destinations test ${destination.name}`));
  }
  return lines.join('\n');
}

export function renderRotatedSecret(
  { destination, secret, previousValidUntil }: RotatedSecret,
  { style, now }: DestinationViewOptions,
): string {
  const until = previousValidUntil === undefined ? undefined : Date.parse(previousValidUntil);
  return [
    `${style.good('✓')} ${destination} has a new signing secret.`,
    '',
    `  Signing secret  ${style.bold(secret)}`,
    '',
    style.dim(
      until === undefined
        ? '  There was no old secret: receivers must change at once.'
        : `  The old one keeps working for ${durationText(until - now)}, until ${fullTimeText(until)}.`,
    ),
  ].join('\n');
}

export function renderDestinationTest(
  test: DestinationTest,
  { style, width }: { style: Style; width: number },
): string {
  const status = test.status === undefined ? '' : `HTTP ${test.status} `;
  const took = durationText(test.durationMs);
  const lines = [
    test.accepted
      ? `${style.good('✓')} ${test.destination} accepted a signed sample: ${status}in ${took}.`
      : `${style.bad('✗')} ${test.destination} did not accept the signed sample: ${test.reason} after ${took}.`,
    style.dim(`  Message ${test.messageId}`),
  ];
  if (test.answer) {
    lines.push('', style.dim('  Answer'), ...answerLines(test.answer, width - 2).map((line) => `  ${line}`));
  }
  return lines.join('\n');
}

const answerLinesShown = 12;

function answerLines(answer: string, width: number): string[] {
  const lines = answer
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrapText(line.replace(/\r$/, ''), width));
  return lines.length > answerLinesShown ? [...lines.slice(0, answerLinesShown), '…'] : lines;
}

function stateText({ state }: DestinationSummary, style: Style): string {
  return state === 'enabled' ? style.good('enabled') : style.bad('disabled');
}

function countText(count: number, emphasis: (text: string) => string): string {
  return count > 0 ? emphasis(String(count)) : '0';
}

function targetText({ kind, url, folder, stream, bucket }: DestinationSummary): string {
  if (stream) return `kinesis:${stream}`;
  if (bucket) return `s3://${bucket}`;
  return url ?? folder ?? kind;
}

/** Host and end tell targets apart; without room the scheme goes first. */
function fitTarget(target: string, width: number): string {
  return textWidth(target) <= width ? terminalText(target) : fitMiddle(target.replace(/^https?:\/\//, ''), width);
}

function awsFields({
  region,
  accessKeyId,
  endpointUrl,
  keyTemplate,
  storageClass,
}: DestinationSummary): [string, string][] {
  if (!region) return [];
  return [
    ['Region', region],
    ['Access key', accessKeyId ?? ''],
    ...(endpointUrl ? [['Endpoint', terminalText(endpointUrl)] as [string, string]] : []),
    ...(keyTemplate ? [['Key', terminalText(keyTemplate)] as [string, string]] : []),
    ...(storageClass ? [['Storage', storageClass] as [string, string]] : []),
  ];
}

function attentionLines(destination: DestinationSummary, style: Style, now: number): string[] {
  const { name, state, disabledReason, backlog, lastFailure, failingSince } = destination;
  const lines: string[] = [];
  if (state === 'disabled') {
    lines.push(`${style.bad('✗')} ${name}: ${disabledReason ?? 'disabled'} Resume: amp destinations enable ${name}`);
  } else if (backlog.pending > 0 && lastFailure) {
    const at = Date.parse(lastFailure.at);
    lines.push(`${style.warn('!')} ${name}: ${terminalText(lastFailure.reason)}, ${agoText(at, now)}`);
  }
  if (failingSince)
    lines.push(
      `${style.warn('!')} ${name}: nothing has succeeded; it is disabled five days after ${fullTimeText(Date.parse(failingSince))}`,
    );
  if (backlog.dead > 0) {
    lines.push(
      `${style.bad('✗')} ${name}: ${backlog.dead} given up. See: amp events list --destination ${name} --state dead`,
    );
  }
  return lines;
}

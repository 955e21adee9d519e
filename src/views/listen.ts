import type { ReceivedEvent } from '../destinations/receiver/receiver.ts';
import type { Style } from '../output/style.ts';
import { fitText, terminalText, wrapText } from '../output/terminal-text.ts';
import { clockText } from '../output/time-text.ts';

const refusals: Record<string, string> = {
  'headers-missing': 'signature headers are missing',
  'timestamp-invalid': 'the timestamp is not a number',
  'too-old': 'the timestamp is more than five minutes old',
  'too-new': 'the timestamp is more than five minutes ahead',
  'no-match': 'the signature does not match',
};

/** One line for a received message, what went wrong below it, and the body when asked. */
export function renderReceivedEvent(
  event: ReceivedEvent,
  { style, width, bodies }: { style: Style; width: number; bodies: boolean },
): string {
  const mark =
    event.signature === 'valid' ? style.good('✓') : event.signature === 'unchecked' ? style.dim('·') : style.bad('✗');
  const what = [event.action ?? 'message', event.objectName].filter(Boolean).join(' ');
  const records = event.records === undefined ? '' : `${event.records} ${event.records === 1 ? 'record' : 'records'}`;
  const status = event.status < 300 ? style.good(String(event.status)) : style.bad(String(event.status));
  const parts = [
    style.dim(clockText(Date.parse(event.at))),
    `${mark} ${fitText(what, 28).padEnd(20)}`,
    records.padEnd(12),
    sizeText(event.bytes).padStart(8),
    status,
    style.dim(`${fitText(event.id ?? 'no id', 14)}${event.replayed ? ' replayed' : ''}`),
  ];
  const lines = [parts.join('  ')];
  const refusal = refusals[event.signature];
  if (refusal) lines.push(`  ${style.bad(refusal)}`);
  const { forwarded } = event;
  if (forwarded?.error) lines.push(`  ${style.bad(`forwarding failed: ${terminalText(forwarded.error)}`)}`);
  if (forwarded?.answer)
    lines.push(
      ...wrapText(forwarded.answer, width - 2)
        .slice(0, 8)
        .map((line) => `  ${style.dim(line)}`),
    );
  if (event.saved) lines.push(style.dim(`  saved ${event.saved}`));
  if (bodies && event.message !== undefined) {
    lines.push(
      ...JSON.stringify(event.message, null, 2)
        .split('\n')
        .map((line) => `  ${terminalText(line)}`),
    );
  }
  return lines.join('\n');
}

function sizeText(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

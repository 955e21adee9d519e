import type { FailureSummary } from '../destinations/describe-destination.ts';
import type { ReplayResult } from '../destinations/replay-and-deliver.ts';
import type { StoredEvent } from '../destinations/stored-events.ts';
import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { fitText, terminalText } from '../output/terminal-text.ts';
import { agoText, fullTimeText, shortTimeText } from '../output/time-text.ts';
import { groupDigits } from '../platform/group-digits.ts';

export interface EventViewOptions {
  style: Style;
  width: number;
  now: number;
}

// The beginning of an id names it: time and a few random characters.
const idWidth = 17;

/** `amp events`: a line each, newest first; what failed says why on a line below. */
export function renderEventList(events: StoredEvent[], { style, width, now }: EventViewOptions): string {
  if (events.length === 0) return 'No stored messages match.';
  const nameWidth = Math.min(16, Math.max(11, ...events.map(({ destination }) => destination.length)));
  const rows = events.map((event) => [
    event.id.slice(0, idWidth),
    stateText(event.state, style),
    fitText(event.destination, nameWidth),
    fitText(event.orderKey, 14),
    String(event.records),
    String(event.attempts),
    shortTimeText(Date.parse(event.createdAt), now),
  ]);
  const columns = [
    { head: 'Event' },
    { head: 'State' },
    { head: 'Destination' },
    { head: 'Object' },
    { head: 'Records', align: 'right' as const },
    { head: 'Tries', align: 'right' as const },
    { head: 'Stored' },
  ];
  const lines = renderTable(columns, rows, style).split('\n');
  return lines
    .flatMap((line, index) => {
      const error = events[index - 1]?.lastError;
      return error ? [line, style.dim(`  ${fitText(error, width - 2)}`)] : [line];
    })
    .join('\n');
}

/** `amp events show`. */
export function renderEvent(
  event: StoredEvent & { body: unknown; failures: FailureSummary[] },
  { style, width, now }: EventViewOptions,
): string {
  const fields: [string, string][] = [
    ['State', stateText(event.state, style) + (event.lastError ? `: ${terminalText(event.lastError)}` : '')],
    ['Destination', event.destination],
    ['Topic', terminalText(event.topic)],
    ['Object', terminalText(event.orderKey)],
    ['Records', `${event.records} in ${groupDigits(event.bytes)} bytes`],
    ['Attempts', `${event.attempts}${event.replays > 0 ? `, replayed ${event.replays} times` : ''}`],
    ...(event.operationId ? [['Operation', event.operationId] as [string, string]] : []),
    ['Stored', fullTimeText(Date.parse(event.createdAt))],
    ...(event.nextAttemptAt ? [['Next retry', agoText(Date.parse(event.nextAttemptAt), now)] as [string, string]] : []),
    ...(event.endedAt ? [['Ended', fullTimeText(Date.parse(event.endedAt))] as [string, string]] : []),
  ];
  const lines = [style.bold(event.id), ...fields.map(([label, value]) => `  ${style.dim(label.padEnd(13))}${value}`)];
  if (event.failures.length > 0) {
    lines.push('', style.bold('Failed attempts'));
    for (const { at, attempt, reason } of event.failures) {
      lines.push(fitText(`  ${shortTimeText(Date.parse(at), now).padEnd(14)}attempt ${attempt}  ${reason}`, width));
    }
  }
  lines.push('', style.bold('Body'), ...bodyLines(event.body, width));
  return lines.join('\n');
}

export function renderReplay({ replayed, delivered, pending, dead, problems }: ReplayResult, style: Style): string {
  if (replayed === 0) return 'No stored messages match: nothing was sent.';
  const mark = delivered === replayed ? style.good('✓') : style.warn('!');
  const rest = [...(pending > 0 ? [`${pending} still waiting`] : []), ...(dead > 0 ? [`${dead} given up`] : [])];
  const head = `${mark} ${delivered} of ${replayed} delivered${rest.length > 0 ? `; ${rest.join(', ')}` : ''}.`;
  return [head, ...problems.map(({ id, reason }) => `  ${style.dim(id)}  ${terminalText(reason)}`)].join('\n');
}

const bodyLinesShown = 60;

function bodyLines(body: unknown, width: number): string[] {
  const lines = JSON.stringify(body, null, 2)
    .split('\n')
    .map((line) => `  ${fitText(line, width - 2)}`);
  if (lines.length <= bodyLinesShown) return lines;
  return [...lines.slice(0, bodyLinesShown), `  … ${lines.length - bodyLinesShown} more lines: --body prints all`];
}

function stateText(state: StoredEvent['state'], style: Style): string {
  if (state === 'delivered') return style.good(state);
  return state === 'dead' ? style.bad(state) : style.warn(state);
}

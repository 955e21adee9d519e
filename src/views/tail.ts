import type { Style } from '../output/style.ts';
import { terminalText } from '../output/terminal-text.ts';
import { countOf } from '../platform/group-digits.ts';

export interface TailLine {
  committedAtMs: number;
  object: string;
  kind: string;
  recordId: string;
  changedFields: readonly string[];
  /** Who or what changed it. */
  by: string;
  healed: boolean;
}

const marks: Record<string, string> = { create: '+', update: '~', delete: '-', other: '·' };

/** `12:04:31  ~ Contact  003…AAA  Phone, Email  by 005…` on one line that fits `width`. */
export function renderTailLine(line: TailLine, style: Style, width: number): string {
  const paint = { create: style.good, update: style.info, delete: style.bad }[line.kind] ?? style.warn;
  const time = timeOf(line.committedAtMs);
  const head = `${time}  ${marks[line.kind] ?? '·'} ${line.object}  ${line.recordId}`;
  const about = line.healed ? 'read to close a gap' : line.changedFields.join(', ');
  const by = line.by ? `by ${line.by}` : '';
  const room = Math.max(10, width - head.length - by.length - 4);
  const shown = about.length > room ? `${about.slice(0, room - 1)}…` : about;
  return [
    `${style.dim(time)}  ${paint(`${marks[line.kind] ?? '·'} ${terminalText(line.object)}`)}  ${terminalText(line.recordId)}`,
    terminalText(shown),
    style.dim(terminalText(by)),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

export interface TailState {
  /** Milliseconds since the epoch: when we began to listen. */
  since: number;
  connected: boolean;
  events: number;
  last?: { object: string; committedAtMs: number; seenAtMs: number };
  replayId?: string;
}

/** Silence is normal: says so before it looks like death. */
export function waitingNotice(since: number): string {
  return `Waiting for events since ${timeOf(since)}. A new subscription can take up to ten minutes to deliver its first.`;
}

/** `last Contact 12:04:31 (4 s ago) · lag 0.8 s · position 4711`, on one line. */
export function renderTailStatus({ since, connected, events, last, replayId }: TailState, now: number): string {
  const parts = [connected ? '' : 'reconnecting'];
  if (last) {
    const lagMs = Math.max(0, last.seenAtMs - last.committedAtMs);
    parts.push(
      `last ${terminalText(last.object)} ${timeOf(last.committedAtMs)} (${seconds(now - last.seenAtMs)} ago)`,
      `lag ${lagMs < 60_000 ? `${(lagMs / 1000).toFixed(1)} s` : seconds(lagMs)}`,
      countOf(events, 'event'),
    );
  } else parts.push(`waiting for events since ${timeOf(since)}, the first can take up to ten minutes`);
  if (replayId !== undefined) parts.push(`position ${replayId}`);
  return parts.filter((part) => part !== '').join(' · ');
}

/** Local time. Intl would take longer than everything else about a line. */
function timeOf(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function seconds(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000));
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 3600)} h`;
}

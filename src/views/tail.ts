import type { Style } from '../output/style.ts';
import { terminalText } from '../output/terminal-text.ts';

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
  const time = new Date(line.committedAtMs).toLocaleTimeString('en-GB', { hour12: false });
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

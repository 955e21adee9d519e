import type { Failure } from '../../operations/failure.ts';
import type { LogLine } from '../../operations/find-lines.ts';
import { fitText, terminalText, wrapText } from '../../output/terminal-text.ts';
import { clockText, dayText, zoneText } from '../../output/time-text.ts';
import { remedyLines } from '../remedy-lines.ts';
import type { ViewOptions } from './operation-list.ts';
import { severityText } from './wording.ts';

export interface LineOptions extends Omit<ViewOptions, 'now'> {
  /** Names the object and group of each line: for logs of more than one operation. */
  withOwner: boolean;
}

/** Makes a renderer that remembers the day of the last line and puts a heading where it changes. */
export function createLineRenderer(options: LineOptions): (line: LogLine) => string {
  let lastDay: string | undefined;
  return (line) => {
    const day = dayText(line.at, options.zone);
    const heading = day === lastDay ? '' : `${options.style.dim(`${day}, ${zoneText(line.at, options.zone)}`)}\n`;
    lastDay = day;
    return heading + renderLine(line, options);
  };
}

const timeWidth = 8;
const severityWidth = 5;
const indent = timeWidth + severityWidth + 4;

function renderLine(line: LogLine, { style, width, zone, withOwner }: LineOptions): string {
  const owner = withOwner ? ownerText(line) : '';
  const text = owner ? `${owner}: ${line.message}` : line.message;
  const room = Math.max(width - indent, 20);
  const [first, ...rest] = wrapText(text, room);
  const head = `${style.dim(clockText(line.at, zone))}  ${severityText(line.severity, style)}  ${first}`;
  const below = [...rest, ...detailLines(line, room).map(style.dim)];
  return [head, ...below.map((part) => ' '.repeat(indent) + part)].join('\n');
}

function ownerText(line: LogLine): string {
  const object = typeof line.details?.object === 'string' ? line.details.object : line.object;
  const group = typeof line.details?.group === 'string' ? line.details.group : line.groupRef;
  return [object, group ? `(${group})` : undefined].filter(Boolean).join(' ');
}

/** What a person needs of the details: the call, the attempt, the chain of causes and the remedy. */
function detailLines(line: LogLine, width: number): string[] {
  const details = line.details ?? {};
  const lines: string[] = [];
  const http = details.http as { method?: string; path?: string; status?: number } | undefined;
  if (http?.method) {
    const status = http.status === undefined ? '' : ` → ${http.status}`;
    lines.push(`${fitText(`${http.method} ${http.path ?? ''}`, width - status.length)}${status}`);
  }
  const error = details.error as Partial<Failure> | undefined;
  const retryAfter = details.retryAfter ?? error?.retryAfter;
  const requestId = details.requestId ?? error?.requestId;
  const retry = [
    details.attempt === undefined ? undefined : `attempt ${String(details.attempt)}`,
    retryAfter === undefined ? undefined : `next at ${String(retryAfter)}`,
    requestId === undefined ? undefined : `request ${String(requestId)}`,
    details.code === undefined || error ? undefined : String(details.code),
  ].filter((part) => part !== undefined);
  if (retry.length > 0) lines.push(fitText(retry.join(', '), width));
  for (const cause of error?.causes ?? []) lines.push(...hanging('because ', cause, width));
  if (error?.remedy) {
    const label = 'do this: ';
    const [first, ...rest] = remedyLines(error.remedy, width - label.length);
    lines.push(label + first, ...rest.map((line) => ' '.repeat(label.length) + line));
  }
  if (error?.code) lines.push(terminalText(error.code));
  return lines;
}

function hanging(label: string, text: string, width: number): string[] {
  return wrapText(text, width - label.length).map(
    (part, index) => (index === 0 ? label : ' '.repeat(label.length)) + part,
  );
}

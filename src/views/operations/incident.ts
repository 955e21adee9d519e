import type { OperationRecord } from '../../operations/find-operations.ts';
import type { Incident } from '../../operations/incidents.ts';
import { fitText, terminalText, textWidth, wrapText } from '../../output/terminal-text.ts';
import { agoText, shortTimeText } from '../../output/time-text.ts';
import { pastableText } from '../remedy-lines.ts';
import type { ViewOptions } from './operation-list.ts';
import { deedText, factsText } from './wording.ts';

/**
 * What failed and since when, why, what the other side answered, and what to do: five lines at most, for whoever is awake at
 * night. A remedy that is a command is left whole and in one line, so that it can be pasted.
 */
export function renderIncident(incident: Incident, options: ViewOptions): string {
  const { style, width } = options;
  const { operation } = incident;
  const { error } = operation;
  const outcome = operation.status === 'unknown' ? 'ended unknown' : 'failed';
  const whom = operation.groupRef ? ` for ${operation.groupRef}` : '';
  const mark = operation.status === 'unknown' ? style.warn('?') : style.bad('✗');
  const what = terminalText(`${deedText(operation)} ${outcome}${whom}`);
  const since = sinceText(incident, textWidth(what), options);
  const head = `${mark} ${style.bold(fitText(what, width - 3 - since.length))} ${style.dim(since)}`;
  const room = width - 12;
  const cause = rootCauseOf(operation);
  const because = cause && wrapped(cause, room, 2);
  const remedyRows = because?.includes('\n') ? 1 : 2;
  const facts: [string, string | undefined][] = [
    ['because', because],
    ['evidence', fitText([operation.id, incident.evidence].filter(Boolean).join(', '), room)],
    ['do this', error && style.accent(pastableText(error.remedy) ?? wrapped(error.remedy, room, remedyRows))],
  ];
  return `${head}\n${factsText(facts, style, '  ')}`;
}

/** `since 05:18:54, 12 min ago, 3 times, last worked 04:30:00`: as much of it as fits beside `used` columns. */
function sinceText(incident: Incident, used: number, { width, now, zone }: ViewOptions): string {
  const since = Date.parse(incident.since);
  const times = incident.failures > 1 ? [`${incident.failures} times`] : [];
  const worked = incident.lastSuccess
    ? [`last worked ${shortTimeText(Date.parse(incident.lastSuccess), now, zone)}`]
    : [];
  const start = `since ${shortTimeText(since, now, zone)}`;
  const ways = [
    [start, agoText(since, now), ...times, ...worked],
    [start, ...times, ...worked],
    [start, ...times],
  ];
  const texts = ways.map((parts) => parts.join(', '));
  return texts.find((text) => used + 3 + text.length <= width) ?? texts.at(-1)!;
}

/** The first cause without its tail `(CODE, GET /path)`: that stands in the evidence. */
function rootCauseOf({ error, result }: OperationRecord): string | undefined {
  if (!error) return result;
  const cause = error.causes[0] ?? error.title;
  const tail = ` (${error.providerCode ?? `HTTP ${error.status}`}, ${String(error.context?.call)})`;
  return cause.endsWith(tail) ? cause.slice(0, -tail.length) : cause;
}

/** At most so many lines; the last one runs on into an ellipsis. */
function wrapped(text: string, room: number, lines: number): string {
  const all = wrapText(text, room);
  if (all.length <= lines) return all.join('\n');
  return [...all.slice(0, lines - 1), fitText(all.slice(lines - 1).join(' '), room)].join('\n');
}

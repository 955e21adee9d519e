import type { Incident } from '../../operations/incidents.ts';
import { fitText, wrapText } from '../../output/terminal-text.ts';
import { agoText, shortTimeText } from '../../output/time-text.ts';
import type { ViewOptions } from './operation-list.ts';
import { deedText, factsText } from './wording.ts';

/** What failed, why, since when and what to do: the first five lines anybody reads at night. */
export function renderIncident(incident: Incident, options: ViewOptions): string {
  const { style, width, now, zone } = options;
  const { operation } = incident;
  const { error } = operation;
  const outcome = operation.status === 'unknown' ? 'ended unknown' : 'failed';
  const whom = operation.groupRef ? ` for ${operation.groupRef}` : '';
  const mark = operation.status === 'unknown' ? style.warn('?') : style.bad('✗');
  const head = `${mark} ${style.bold(fitText(`${deedText(operation)} ${outcome}${whom}`, width - 2))}`;
  const room = width - 12;
  const wrapped = (text: string | undefined, lines: number) => {
    if (!text) return undefined;
    const all = wrapText(text, room);
    if (all.length <= lines) return all.join('\n');
    // The last line that fits runs into the next one, so that it ends with an ellipsis.
    return [...all.slice(0, lines - 1), fitText(`${all[lines - 1]} ${all[lines]}`, room)].join('\n');
  };
  const since = Date.parse(incident.since);
  const rootCause = error?.causes[0] ?? error?.title ?? operation.result;
  const facts: [string, string | undefined][] = [
    ['because', wrapped(rootCause, 2)],
    [
      'since',
      [
        `${shortTimeText(since, now, zone)}, ${agoText(since, now)}`,
        incident.failures > 1 ? `${incident.failures} times` : undefined,
        incident.lastSuccess ? `last worked ${shortTimeText(Date.parse(incident.lastSuccess), now, zone)}` : undefined,
      ]
        .filter(Boolean)
        .join(', '),
    ],
    ['evidence', fitText([incident.evidence, operation.id].filter(Boolean).join(', '), room)],
    ['do this', error ? style.accent(wrapped(error.remedy, 2) ?? '') : undefined],
  ];
  return `${head}\n${factsText(facts, style, '  ')}`;
}

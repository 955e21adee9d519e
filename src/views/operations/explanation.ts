import type { Explanation } from '../../operations/explain.ts';
import { terminalText, wrapText } from '../../output/terminal-text.ts';
import { agoText, clockText, shortTimeText } from '../../output/time-text.ts';
import { remedyLines } from '../remedy-lines.ts';
import type { ViewOptions } from './operation-list.ts';
import { deedText, factsText, statusText } from './wording.ts';

/** `amp operations explain`: the story for a person, then the same as text to paste. */
export function renderExplanation(explanation: Explanation, options: ViewOptions): string {
  const { style, width, now, zone } = options;
  const { operation, cause, evidence, blastRadius, remedy } = explanation;
  const whom = operation.groupRef ? ` for ${operation.groupRef}` : '';
  const head = `${style.bold(terminalText(`${deedText(operation)}${whom}`))}  ${statusText(operation, style)}  ${style.dim(operation.id)}`;
  if (!cause) {
    const still = operation.status === 'in_progress' ? 'It has not ended.' : 'It worked: there is nothing to explain.';
    return `${head}\n\n${still}${operation.result ? ` ${terminalText(operation.result)}` : ''}`;
  }
  const room = width - 13;
  const wrapped = (text: string) => wrapText(text, room).join('\n');
  const facts = factsText(
    [
      ['cause', wrapped(cause.rootCause)],
      ['so', [...cause.chain.slice(1), cause.title].map(wrapped).join('\n')],
      ['where', `${cause.subsystem}, ${cause.code}`],
      ['retry', retryText(cause)],
    ],
    style,
    '  ',
  );
  const reach = factsText(
    [
      ['since', blastRadius.since && sinceText(blastRadius, now, zone)],
      ['failures', `${blastRadius.failures}${blastRadius.more ? ' or more' : ''} with this cause`],
      ['groups', wrapped(blastRadius.groups.join(', '))],
      ['objects', wrapped(blastRadius.objects.join(', '))],
    ],
    style,
    '  ',
  );
  const seen = evidence.map(({ timestamp, text }) => {
    const [first, ...rest] = wrapText(text, width - 12);
    return [
      `  ${style.dim(clockText(Date.parse(timestamp), zone))}  ${first}`,
      ...rest.map((line) => `            ${line}`),
    ].join('\n');
  });
  const parts = [head, '', facts];
  if (seen.length > 0) parts.push('', style.bold('Evidence'), ...seen);
  parts.push('', style.bold('Reach'), reach);
  if (remedy)
    parts.push('', style.bold('Do this'), ...remedyLines(remedy, width - 2).map((line) => `  ${style.accent(line)}`));
  parts.push(
    '',
    style.bold('For the ticket'),
    ...renderTicket(explanation)
      .split('\n')
      .map((line) => `  ${line}`),
  );
  return parts.join('\n');
}

/** Plain text with absolute times: the same for whoever reads it, wherever. */
export function renderTicket(explanation: Explanation): string {
  const { operation, cause, evidence, blastRadius, remedy } = explanation;
  const lines = [
    `${deedText(operation)} ${operation.status === 'unknown' ? 'ended unknown' : 'failed'} (${operation.id})`,
    `When: ${operation.createTime}${operation.endTime ? ` to ${operation.endTime}` : ''}`,
    `For: ${[operation.groupRef && `group ${operation.groupRef}`, operation.installationId && `installation ${operation.installationId}`, operation.org && `org ${operation.org}`].filter(Boolean).join(', ') || 'no group'}`,
  ];
  if (cause) {
    lines.push(`Cause: ${cause.rootCause}`);
    for (const link of cause.chain.slice(1)) lines.push(`  so ${link}`);
    if (cause.title !== cause.rootCause) lines.push(`  so ${cause.title}`);
    lines.push(`Code: ${cause.code} (${cause.subsystem}), ${cause.retryable ? 'retryable' : 'not retryable'}`);
  }
  for (const item of evidence) lines.push(`Evidence: ${item.timestamp} ${item.text}`);
  if (blastRadius.since) {
    lines.push(
      `Reach: ${blastRadius.failures} failures since ${blastRadius.since}; groups: ${blastRadius.groups.join(', ') || 'none'}; objects: ${blastRadius.objects.join(', ') || 'none'}`,
    );
  }
  if (remedy) lines.push(`Remedy: ${remedy}`);
  return lines.map(terminalText).join('\n');
}

function retryText(cause: NonNullable<Explanation['cause']>): string {
  if (cause.code === 'operation-outcome-unknown') return 'not before somebody has looked: it may have been done';
  if (!cause.retryable) return 'no: it fails the same way until the cause is gone';
  return cause.retryAfter ? `yes, from ${terminalText(cause.retryAfter)}` : 'yes, it may pass by itself';
}

function sinceText(reach: Explanation['blastRadius'], now: number, zone: ViewOptions['zone']): string {
  const since = Date.parse(reach.since!);
  const worked = reach.lastSuccess ? `, last worked ${shortTimeText(Date.parse(reach.lastSuccess), now, zone)}` : '';
  return `${shortTimeText(since, now, zone)}, ${agoText(since, now)}${worked}`;
}

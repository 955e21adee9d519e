import type { OperationDetail } from '../../operations/operation-detail.ts';
import { terminalText } from '../../output/terminal-text.ts';
import { durationText, fullTimeText, shortTimeText } from '../../output/time-text.ts';
import { createLineRenderer } from './log-lines.ts';
import type { ViewOptions } from './operation-list.ts';
import { countsText, deedText, factsText, statusText } from './wording.ts';

/** `amp operations show`: who, what, how it went, and the timeline. `org`: as people call it. */
export function renderOperationDetail(
  detail: OperationDetail,
  options: ViewOptions & { org?: string | undefined },
): string {
  const { style, now, zone } = options;
  const { operation, children, lines } = detail;
  const safe = (text: string | undefined) => text && terminalText(text);
  const started = Date.parse(operation.createTime);
  const took = operation.durationMs ?? (operation.status === 'in_progress' ? now - started : undefined);
  const { watermark, watermarkBefore, watermarkAfter, retry, errors, successfulRecordIds, ...metadata } =
    operation.metadata;
  const watermarks =
    watermarkBefore !== undefined || watermarkAfter !== undefined
      ? `${String(watermarkBefore ?? 'none')} → ${String(watermarkAfter ?? 'unchanged')}`
      : watermark === undefined
        ? undefined
        : String(watermark);
  const facts = factsText(
    [
      ['status', statusText(operation, style)],
      ['result', safe(operation.result)],
      ['group', safe(operation.groupRef)],
      ['integration', safe(operation.integrationId)],
      ['installation', operation.installationId],
      ['org', safe(options.org ?? operation.org)],
      ['revision', operation.revision === undefined ? undefined : String(operation.revision)],
      ['config', operation.configId],
      ['started', `${fullTimeText(started, zone)}, by ${operation.startedBy}`],
      ['took', took === undefined ? undefined : durationText(took)],
      ['counts', countsText(operation.counts)],
      ['watermark', safe(watermarks)],
      ['retries', retry === undefined ? undefined : retryText(retry)],
      ['part of', operation.parentId],
      ['written', writtenText(successfulRecordIds)],
      ...Object.entries(metadata)
        .filter(([key]) => key !== 'resume')
        .map(([key, value]): [string, string] => [
          terminalText(key),
          terminalText(typeof value === 'string' ? value : JSON.stringify(value)),
        ]),
    ],
    style,
    '  ',
  );
  const parts = [`${style.bold(terminalText(deedText(operation)))}  ${style.dim(operation.id)}`, facts];
  if (Array.isArray(errors) && errors.length > 0) {
    parts.push('', style.bad('Failed records'), ...recordErrorLines(errors).map((line) => `  ${line}`));
  }
  if (children.length > 0) {
    const rows = children.map(
      (child) =>
        `  ${child.id}  ${statusText(child, style)}  ${terminalText(deedText(child))}  ${style.dim(shortTimeText(Date.parse(child.createTime), now, zone))}`,
    );
    parts.push('', style.dim('Parts'), ...rows);
  }
  if (lines.length > 0) {
    const render = createLineRenderer({ ...options, withOwner: false });
    const hidden = detail.linesLeftOut > 0 ? ` (the newest ${lines.length})` : '';
    parts.push('', style.dim(`Timeline${hidden}`), ...lines.map(render));
  }
  if (operation.status === 'failure' || operation.status === 'unknown')
    parts.push('', style.dim(`Why: amp operations explain ${operation.id}`));
  return parts.join('\n');
}

/** The ids of records written: a few of them. */
function writtenText(ids: unknown): string | undefined {
  if (!Array.isArray(ids) || ids.length === 0) return undefined;
  const more = ids.length > 3 ? `, … ${ids.length} in all` : '';
  return terminalText(ids.slice(0, 3).join(', ') + more);
}

/** `4: Required fields are missing: [LastName] (REQUIRED_FIELD_MISSING)`; records in a row with one reason share a line: `4 … 9: `. */
function recordErrorLines(errors: readonly unknown[]): string[] {
  const runs: { first: string | undefined; last: string | undefined; reason: string }[] = [];
  for (const error of errors) {
    const { which, reason } = recordError(error);
    const run = runs.at(-1);
    if (run?.reason === reason && Number(which) === Number(run.last) + 1) run.last = which;
    else runs.push({ first: which, last: which, reason });
  }
  return runs.map(({ first, last, reason }) => {
    const which = first === last ? first : `${first} … ${last}`;
    return terminalText(which === undefined ? reason : `${which}: ${reason}`);
  });
}

/** Which record, and why, with the org's own code. */
function recordError(error: unknown): { which: string | undefined; reason: string } {
  if (!error || typeof error !== 'object') return { which: undefined, reason: String(error) };
  const { index, id, message, code, statusCode } = error as Record<string, unknown>;
  const which = index ?? id;
  const name = code ?? statusCode;
  const reason = `${String(message ?? JSON.stringify(error))}${name === undefined ? '' : ` (${String(name)})`}`;
  return { which: which === undefined ? undefined : String(which), reason };
}

function retryText(retry: unknown): string {
  if (!retry || typeof retry !== 'object') return terminalText(String(retry));
  const { attempts, lastAttempt, nextAttempt } = retry as Record<string, unknown>;
  return [
    attempts === undefined ? undefined : `${String(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    lastAttempt === undefined ? undefined : `last ${String(lastAttempt)}`,
    nextAttempt === undefined ? undefined : `next ${String(nextAttempt)}`,
  ]
    .filter((part) => part !== undefined)
    .map((part) => terminalText(part!))
    .join(', ');
}

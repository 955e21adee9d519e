import type { FileOutput, WriteCommandResult, WriteOutput } from '../commands/run-write-command.ts';
import type { QueuedOutput } from '../commands/write-later.ts';
import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { fitText, terminalText, wrapText } from '../output/terminal-text.ts';
import { fullTimeText } from '../output/time-text.ts';
import { countOf, groupDigits } from '../platform/group-digits.ts';
import type { DryRecord, DryRun } from '../runtime/write/dry-run.ts';
import type { FieldNote } from '../runtime/write/prepared.ts';
import type { WriteResult } from '../runtime/write/write-outcome.ts';

const deeds = { create: 'Created', update: 'Updated', upsert: 'Wrote', delete: 'Deleted' } as const;

export function renderWrite(result: WriteCommandResult, style: Style, width: number): string {
  if (result.kind === 'dry-run') return renderDryRun(result.output, style, width);
  if (result.kind === 'queued') return renderQueued(result.output, style);
  return result.kind === 'file' ? renderFile(result.output, style, width) : renderWritten(result.output, style, width);
}

/** How a queued write ended, or who will send it. */
function renderQueued({ status, result, operationId, attempts, deadline, runner }: QueuedOutput, style: Style): string {
  const foot = style.dim(`  amp operations show ${operationId}`);
  if (status === 'in_progress') {
    const who = runner ? 'amp run sends it' : 'nobody is sending: start amp run';
    const until = deadline === undefined ? '' : `, given up at ${fullTimeText(Date.parse(deadline))}`;
    return `${style.warn('…')} Queued${until}; ${who}.\n${foot}`;
  }
  const mark = status === 'success' ? style.good('✓') : status === 'unknown' ? style.warn('?') : style.bad('✗');
  const tried = attempts > 1 ? style.dim(` (${attempts} attempts)`) : '';
  return `${mark} ${terminalText(result ?? status)}${tried}\n${foot}`;
}

/** The failures told of a file; the others are in --failures. */
const mostShown = 20;

function renderFile(output: FileOutput, style: Style, width: number): string {
  const groups = groupByReason(output.errors).slice(0, mostShown);
  const rows = groups.map(({ message, indexes }) => {
    // One reason of many records is worth its lines.
    const reason =
      indexes.length > 1 ? wrapText(terminalText(message), Math.max(20, width - 20)).join('\n') : undefined;
    return [placesText(indexes), reason ?? fitText(terminalText(message), Math.max(20, width - 12))];
  });
  const shown = groups.reduce((sum, { indexes }) => sum + indexes.length, 0);
  const bad = output.failureCount + output.unknownCount;
  const more = bad > shown ? [style.dim(`  … and ${countOf(bad - shown, 'record')} more`)] : [];
  const table = rows.length > 0 ? [renderTable([{ head: '#', align: 'right' }, { head: 'reason' }], rows, style)] : [];
  const saved =
    output.failures === undefined || bad === 0
      ? []
      : [
          style.dim(`  Repair and run again: ${output.failures}`),
          ...(output.unknownCount > 0
            ? [style.warn('  The unknown ones are marked in it: look for them in the org first.')]
            : []),
        ];
  const jobs = output.jobs.length > 0 ? `${countOf(output.jobs.length, 'Bulk job')}, ` : '';
  const foot = style.dim(
    `  ${jobs}${countOf(output.apiCalls, 'API call')} · amp operations show ${output.operationId}`,
  );
  return [headline(output, style), ...table, ...more, ...saved, foot].join('\n');
}

/** Records that failed for the same reason, in the order of the first of each. */
function groupByReason(errors: FileOutput['errors']): { message: string; indexes: number[] }[] {
  const groups = new Map<string, number[]>();
  for (const { index, message } of errors) {
    const known = groups.get(message);
    if (known) known.push(index);
    else groups.set(message, [index]);
  }
  return [...groups].map(([message, indexes]) => ({ message, indexes }));
}

/** `3`, `3, 8`, `3, 8, …`. */
const placesText = (indexes: readonly number[]) =>
  [...indexes.slice(0, 2), ...(indexes.length > 2 ? ['…'] : [])].join(', ');

/** `✗ 48,997 records written, 3 failed`. */
function headline(output: FileOutput | WriteOutput, style: Style): string {
  const { successCount, failureCount, unknownCount } = output;
  if (!('results' in output) && successCount + failureCount + unknownCount === 0)
    return `${style.warn('!')} The file has no records: nothing to write`;
  const parts = [
    successCount > 0 ? `${countOf(successCount, 'record')} written` : 'Nothing was written',
    ...(failureCount > 0 ? [`${groupDigits(failureCount)} failed`] : []),
    ...(unknownCount > 0 ? [`${groupDigits(unknownCount)} unknown`] : []),
  ];
  return `${output.success ? style.good('✓') : style.bad('✗')} ${parts.join(', ')}`;
}

/** One sentence for one record that was written, a table otherwise. */
function renderWritten(output: WriteOutput, style: Style, width: number): string {
  const { results, operationId } = output;
  const foot = style.dim(`  ${countOf(output.apiCalls, 'API call')} · amp operations show ${operationId}`);
  const [only] = results;
  if (results.length === 1 && only?.success) {
    const what = `${output.object} ${only.recordId ?? ''}`.trim();
    if (only.status === 'unchanged')
      return `${style.good('✓')} Nothing to write: ${what} holds values already.\n${foot}`;
    const deed = only.created === undefined ? deeds[output.type] : only.created ? 'Created' : 'Updated';
    return `${style.good('✓')} ${deed} ${what}\n${foot}`;
  }
  const told = only?.errors?.map(({ message }) => message).join(' ');
  if (results.length === 1 && told) {
    const why = wrapText(told, width - 2).map((line) => `  ${line}`);
    const mark = only!.status === 'unknown' ? style.warn('?') : style.bad('✗');
    const saved = output.failures === undefined ? [] : [style.dim(`  Failed records: ${output.failures}`)];
    const what = only!.status === 'unknown' ? 'Whether it was written is unknown.' : 'Nothing was written.';
    return [`${mark} ${what}`, ...why, ...saved, foot].join('\n');
  }
  const isWhole = results.every(({ success }) => success);
  const rows = results.map(({ status, recordId, created, errors = [] }, index) => {
    const reason = errors.map(({ message }) => message).join(' ');
    const line = [String(index), statusWord(status, created, style), recordId ?? ''];
    return isWhole ? line : [...line, wrapText(reason, Math.max(20, width - 40)).join('\n')];
  });
  const heads = [{ head: '#', align: 'right' as const }, { head: 'result' }, { head: 'record' }, { head: 'reason' }];
  const table = [renderTable(heads.slice(0, isWhole ? 3 : 4), rows, style)];
  const saved = output.failures === undefined ? [] : [style.dim(`  Failed records: ${output.failures}`)];
  return [headline(output, style), ...table, ...saved, foot].join('\n');
}

function statusWord(status: WriteResult['status'], created: boolean | undefined, style: Style): string {
  if (status === 'success') return created === true ? 'created' : created === false ? 'updated' : 'written';
  if (status === 'unchanged' || status === 'rolled-back') return style.dim(status.replace('-', ' '));
  return status === 'unknown' ? style.warn('unknown') : style.bad('failed');
}

const effects: Record<FieldNote['effect'], string> = {
  sent: 'sent',
  default: 'filled in with its default',
  unmapped: 'left out: not mapped for this customer',
  unknown: 'left out: no such field',
  'not-on-create': 'held back: not on create',
  'not-on-update': 'held back: not on update',
  'if-empty': 'sent if the org holds nothing',
  'was-empty': 'sent: the org holds nothing',
  'not-empty': 'held back: the org holds a value',
};

/** The calls, then each record with what happened to its names. */
function renderDryRun({ requests, records }: DryRun, style: Style, width: number): string {
  const calls = requests.flatMap(({ method, path, headers, body }) => [
    `${style.bold(method)} ${path}`,
    ...Object.entries(headers).map(([name, value]) => style.dim(`${name}: ${terminalText(value)}`)),
    ...(body ? [terminalTextLines(JSON.stringify(body, null, 2))] : []),
    '',
  ]);
  const head = requests.length === 0 ? 'No call would be made.' : `${countOf(requests.length, 'call')} would be made.`;
  return [
    ...calls,
    ...records.map((record) => renderRecord(record, style, width)),
    '',
    style.dim(`${head} Nothing was written.`),
  ].join('\n');
}

function renderRecord({ index, outcome, id, key, fields, error }: DryRecord, style: Style, width: number): string {
  const which = [id, key].filter(Boolean).join(' ');
  const head = `${style.dim(`#${index}`)} ${outcome === 'refused' ? style.bad(outcome) : outcome}${which ? ` ${terminalText(which)}` : ''}`;
  const column = Math.max(0, ...fields.map((note) => nameOf(note).length));
  const lines = fields.map((note) => `  ${nameOf(note).padEnd(column)}  ${style.dim(effects[note.effect])}`);
  const why = error ? wrapText(terminalText(error.message), width - 2).map((line) => `  ${style.bad(line)}`) : [];
  return [head, ...lines, ...why].join('\n');
}

function nameOf({ name, field }: FieldNote): string {
  return terminalText(field === undefined || field === name ? name : `${name} → ${field}`);
}

const terminalTextLines = (text: string) => text.split('\n').map(terminalText).join('\n');

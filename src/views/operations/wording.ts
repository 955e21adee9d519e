import type { OperationRecord } from '../../operations/find-operations.ts';
import type { OperationStatus, Severity } from '../../operations/operation-log.ts';
import type { Style } from '../../output/style.ts';
import { groupDigits } from '../../platform/group-digits.ts';

const statusWords: Record<OperationStatus, string> = {
  in_progress: 'running',
  success: 'success',
  failure: 'failure',
  unknown: 'unknown',
};

/** The status in words and colour; what is under way but waits says so. */
export function statusText({ status, metadata }: Pick<OperationRecord, 'status' | 'metadata'>, style: Style): string {
  const paint = { in_progress: style.info, success: style.good, failure: style.bad, unknown: style.warn }[status];
  if (status !== 'in_progress') return paint(statusWords[status]);
  return paint(metadata.queued === true ? 'queued' : metadata.setAside === true ? 'set aside' : statusWords[status]);
}

/** `backfill Contact`, `write Lead`, `deploy`. */
export function deedText(operation: Pick<OperationRecord, 'actionType' | 'object' | 'metadata'>): string {
  const { readType } = operation.metadata;
  const verb = operation.actionType === 'read' && readType === 'backfill' ? 'backfill' : operation.actionType;
  return operation.object ? `${verb} ${operation.object}` : verb;
}

const severityWords: Record<Severity, string> = { debug: 'debug', info: 'info', warning: 'warn', error: 'ERROR' };

/** Five columns wide. */
export function severityText(severity: Severity, style: Style): string {
  const paint = { debug: style.dim, info: (text: string) => text, warning: style.warn, error: style.bad }[severity];
  return paint(severityWords[severity].padEnd(5));
}

/** `12,345 records, 3 failed, 8 API calls, 1.2 MB`; empty when nothing was counted. */
export function countsText(counts: OperationRecord['counts']): string {
  const of = (count: number | undefined, one: string, many: string) =>
    count ? `${groupDigits(count)} ${count === 1 ? one : many}` : undefined;
  const records =
    counts.records !== undefined && counts.recordsEstimated !== undefined
      ? `${groupDigits(counts.records)} of about ${groupDigits(counts.recordsEstimated)} records`
      : of(counts.records, 'record', 'records');
  return [
    records,
    of(counts.failed, 'failed', 'failed'),
    of(counts.messages, 'message', 'messages'),
    of(counts.apiCalls, 'API call', 'API calls'),
    of(counts.retries, 'retry', 'retries'),
    counts.bytes ? bytesText(counts.bytes) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** `812 B`, `14.2 kB`, `3.4 MB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Two columns: dim labels of one width, values beside them, empty values left out. */
export function factsText(facts: [string, string | undefined][], style: Style, indent = ''): string {
  const kept = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
  const width = Math.max(0, ...kept.map(([label]) => label.length));
  return kept
    .map(([label, value]) => {
      const [first, ...rest] = value.split('\n');
      const head = `${indent}${style.dim(label.padEnd(width))}  ${first}`;
      return [head, ...rest.map((line) => `${indent}${' '.repeat(width)}  ${line}`)].join('\n');
    })
    .join('\n');
}

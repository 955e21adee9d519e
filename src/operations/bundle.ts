import type { Database } from '../store/database.ts';
import { type Explanation, explainOperation } from './explain.ts';
import type { OperationRecord } from './find-operations.ts';
import { type LineJson, lineJson } from './line-json.ts';
import { loadOperationDetail } from './operation-detail.ts';

/** One operation with all that is known of it, to hand to a colleague. Everything was redacted when it was logged. */
export interface OperationBundle {
  format: 'amp-operation-bundle/1';
  exportedAt: string;
  ampVersion: string;
  operation: OperationRecord;
  explanation: Explanation;
  children: OperationRecord[];
  lines: LineJson[];
  linesLeftOut: number;
}

const mostLines = 20_000;

/** Throws `operation-not-found`. `redact` runs once more over every text on its way out of the machine. */
export function bundleOperation(
  db: Database,
  id: string,
  world: { now: number; ampVersion: string; redact: (text: string) => string },
): OperationBundle {
  const { operation, children, lines, linesLeftOut } = loadOperationDetail(db, id, mostLines);
  const bundle: OperationBundle = {
    format: 'amp-operation-bundle/1',
    exportedAt: new Date(world.now).toISOString(),
    ampVersion: world.ampVersion,
    operation,
    explanation: explainOperation(db, operation.id),
    children,
    lines: lines.map(lineJson),
    linesLeftOut,
  };
  return redactTexts(bundle, world.redact) as OperationBundle;
}

function redactTexts(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactTexts(item, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactTexts(item, redact)]));
}

import { AmpError } from '../errors/amp-error.ts';
import type { Database } from '../store/database.ts';
import { findLines, type LogLine } from './find-lines.ts';
import { findOperation, findOperations, type OperationRecord } from './find-operations.ts';

export interface OperationDetail {
  operation: OperationRecord;
  /** Operations started by this one, oldest first. */
  children: OperationRecord[];
  /** Oldest first. */
  lines: LogLine[];
  linesLeftOut: number;
}

/** Everything known about one operation. Throws `operation-not-found`. */
export function loadOperationDetail(db: Database, id: string, maximumLines: number): OperationDetail {
  const { number, ...operation } = requireOperation(db, id);
  const lines = findLines(db, { source: number, limit: maximumLines });
  const { total } = db
    .prepare('SELECT count(*) AS total FROM log_lines WHERE source = ?')
    .get<{ total: number }>(number) ?? { total: lines.length };
  const { operations: children } = findOperations(db, { parentId: operation.id, limit: 1_000 });
  return { operation, children: children.reverse(), lines, linesLeftOut: total - lines.length };
}

/** The operation `id` names, with its number. Throws `operation-not-found`. */
export function requireOperation(db: Database, id: string): OperationRecord & { number: number } {
  const operation = findOperation(db, id);
  if (operation) return operation;
  const [first, second] = db
    .prepare('SELECT id FROM operations WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 2')
    .all<{ id: string }>(id, `${id}\u{10ffff}`);
  if (first && second) {
    throw new AmpError({
      code: 'operation-not-found',
      message: `Several operations begin with ${id}: ${first.id}, ${second.id} and maybe more.`,
      hint: 'Give more of the id.',
    });
  }
  throw new AmpError({ code: 'operation-not-found', message: `There is no operation ${id} in ${db.path}.` });
}

import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';

export const defaultRetentionDays = 30;

export interface RetentionResult {
  operations: number;
  lines: number;
  /** False when the time ran out first; the next call goes on. */
  done: boolean;
}

const operationsAtOnce = 50;
const linesAtOnce = 2_000;
const pagesAtOnce = 200;

/**
 * Forgets operations that ended more than `retentionDays` ago, with their lines, and lines of streams that old. Works in
 * transactions of a few milliseconds with a pause in between, so that no writer waits for it, and gives freed pages back
 * to the disk the same way. Stops after `budgetMs`.
 */
export async function pruneOperations(
  db: Database,
  options: { clock: Clock; retentionDays: number; budgetMs: number; signal?: AbortSignal },
): Promise<RetentionResult> {
  const { clock, retentionDays, budgetMs, signal } = options;
  const before = clock.now() - retentionDays * 86_400_000;
  const deadline = performance.now() + budgetMs;
  const result: RetentionResult = { operations: 0, lines: 0, done: false };
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
  const hasTime = () => performance.now() < deadline && !signal?.aborted;
  while (hasTime()) {
    const step = forgetSome(db, before);
    result.operations += step.operations;
    result.lines += step.lines;
    if (step.operations === 0 && step.lines === 0) {
      result.done = true;
      break;
    }
    await pause();
  }
  while (hasTime() && freePages(db) > 0) {
    db.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
    await pause();
  }
  return result;
}

/** One short transaction's worth of it. */
export function forgetSome(db: Database, before: number): { operations: number; lines: number } {
  return db.transaction(() => {
    const old = oldOperations(db, before);
    let lines = 0;
    let operations = 0;
    for (const number of old) {
      lines += deleteLines(db, 'source = ?', number, linesAtOnce - lines);
      if (lines >= linesAtOnce) return { operations, lines };
      db.prepare('DELETE FROM operations WHERE number = ?').run(number);
      operations++;
    }
    for (const { number } of db.prepare('SELECT number FROM log_streams').all<{ number: number }>()) {
      if (lines >= linesAtOnce) break;
      lines += deleteLines(db, 'source = ? AND at < ?', -number, linesAtOnce - lines, before);
    }
    return { operations, lines };
  });
}

/** Numbers grow with time: looks from the oldest on, past what is still running, until one is young enough to stay. */
function oldOperations(db: Database, before: number): number[] {
  const old: number[] = [];
  const next = db.prepare(
    'SELECT number, created_at AS createdAt, ended_at AS endedAt FROM operations WHERE number > ? ORDER BY number LIMIT 100',
  );
  for (let last = 0; old.length < operationsAtOnce; ) {
    const rows = next.all<{ number: number; createdAt: number; endedAt: number | null }>(last);
    for (const { number, createdAt, endedAt } of rows) {
      if (createdAt >= before) return old.slice(0, operationsAtOnce);
      if (endedAt !== null && endedAt < before) old.push(number);
      last = number;
    }
    if (rows.length === 0) break;
  }
  return old.slice(0, operationsAtOnce);
}

function deleteLines(db: Database, where: string, source: number, limit: number, ...more: number[]): number {
  const { changes } = db
    .prepare(`DELETE FROM log_lines WHERE id IN (SELECT id FROM log_lines WHERE ${where} ORDER BY id LIMIT ?)`)
    .run(source, ...more, limit);
  return changes;
}

function freePages(db: Database): number {
  const { auto_vacuum: mode } = db.prepare('PRAGMA auto_vacuum').get<{ auto_vacuum: number }>() ?? { auto_vacuum: 0 };
  if (mode !== 2) return 0;
  return db.prepare('PRAGMA freelist_count').get<{ freelist_count: number }>()?.freelist_count ?? 0;
}

/** AMP_LOG_RETENTION_DAYS as a number of days; the default when it is not set or not a positive number. */
export function readRetentionDays(env: Readonly<Record<string, string | undefined>>): number {
  const days = Number(env.AMP_LOG_RETENTION_DAYS);
  return env.AMP_LOG_RETENTION_DAYS && Number.isFinite(days) && days > 0 ? days : defaultRetentionDays;
}

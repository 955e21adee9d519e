import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { findLinesAfter, type LineFilter, type LogLine } from './find-lines.ts';
import { closeInterruptedOperations } from './interrupted.ts';

const pollMs = 50;
const linesAtOnce = 1_000;
const checkProcessesMs = 3_000;

/**
 * Lines committed after line `after`, by any process, as they come; ends with `signal`. SQLite's `data_version` changes
 * when another connection commits: asking for it twenty times a second costs nothing and needs no file watcher.
 */
export async function* followLines(
  db: Database,
  filter: Omit<LineFilter, 'limit'>,
  after: number,
  world: { clock: Clock; signal: AbortSignal },
): AsyncGenerator<LogLine[]> {
  const { clock, signal } = world;
  let last = after;
  let version = -1;
  let processesCheckedAt = clock.now();
  while (!signal.aborted) {
    if (clock.now() - processesCheckedAt >= checkProcessesMs) {
      processesCheckedAt = clock.now();
      // Our own writes do not change data_version.
      if (closeInterruptedOperations(db, clock).length > 0) version = -1;
    }
    const now = db.prepare('PRAGMA data_version').get<{ data_version: number }>()?.data_version ?? 0;
    if (now !== version) {
      version = now;
      for (let previous = -1; previous !== last && !signal.aborted; ) {
        previous = last;
        const found = findLinesAfter(db, { ...filter, limit: linesAtOnce }, last);
        last = found.last;
        if (found.lines.length > 0) yield found.lines;
      }
    }
    try {
      await clock.sleep(pollMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

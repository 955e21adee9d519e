import { nextRunAfter } from '../../manifest/schedule/next-run.ts';
import type { PlannedRead } from './planned-read.ts';
import type { ScheduleRow } from './schedule-store.ts';

/**
 * When a read is due. Schedules are UTC, so no hour is ever skipped or doubled by daylight saving. A tick counts as served by
 * the run that started at or after it: however many ticks went by while the machine slept or a run took its time, one run
 * makes up for all of them, because it reads from the watermark and not from the tick.
 *
 * Many customers share one schedule. Their starts are spread over a window that grows with their number, each object always
 * at the same place in it: a handful start at once, thousands within two minutes.
 */
export interface Due {
  kind: 'backfill' | 'scheduled';
  /** When it may start, milliseconds; in the past when it is late. */
  at: number;
}

const spreadPerReadMs = 50;
const longestSpreadMs = 120_000;

/** How far the starts of `reads` objects with one tick are spread. */
export function spreadOf(reads: number): number {
  return Math.min(longestSpreadMs, spreadPerReadMs * Math.max(0, reads - 1));
}

/** Undefined when nothing of it will ever run by itself. */
export function nextDue(read: PlannedRead, row: ScheduleRow, spreadMs: number): Due | undefined {
  // A backfill is due as soon as it exists, and reads on schedule go on from where it began.
  if (row.backfill === 'pending') return { kind: 'backfill', at: row.notBefore };
  const tick = read.schedule && nextRunAfter(read.schedule, row.servedTo);
  if (tick === undefined) return undefined;
  return { kind: 'scheduled', at: Math.max(tick + read.place * spreadMs, row.notBefore) };
}

const firstPauseMs = 60_000;

/** Not before this long after the n-th failure in a row: 1, 4, 16 and 64 minutes; the next tick may be later. */
export function failurePauseMs(failures: number): number {
  return firstPauseMs * 4 ** Math.min(Math.max(failures - 1, 0), 3);
}

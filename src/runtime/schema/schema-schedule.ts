import type { WatchSchema } from '../../manifest/manifest.ts';
import { nextRunAfter } from '../../manifest/schedule/next-run.ts';
import { isFault, parseSchedule } from '../../manifest/schedule/parse.ts';

/** Without a schedule: daily, at midnight UTC. */
const dailySchedule = '0 */24 * * *';

/** Schemas seldom change, and each look describes every object. */
const shortestPauseMs = 3_600_000;

/**
 * When the next run is due, milliseconds since 1970, by the schedule and never sooner than an hour after the last look.
 * Runs that were missed are one run.
 */
export function nextSchemaCheck(watch: WatchSchema, checkedAt: number): number {
  const schedule = parseSchedule(watch.schedule ?? dailySchedule);
  // The checker lets no other schedule into a manifest.
  const due = isFault(schedule) ? undefined : nextRunAfter(schedule, checkedAt);
  return Math.max(due ?? Number.POSITIVE_INFINITY, checkedAt + shortestPauseMs);
}

import type { WatchSchema } from '../../manifest/manifest.ts';
import { nextRunAfter } from '../../manifest/schedule/next-run.ts';
import { isFault, parseSchedule } from '../../manifest/schedule/parse.ts';

/** Without a schedule: daily, at midnight UTC. */
const dailySchedule = '0 */24 * * *';

/**
 * When the next run is due, milliseconds since 1970: the first moment of the schedule after the last look, however late that
 * was. Runs that were missed are one run. The checker lets no schedule into a manifest that runs more often than hourly.
 */
export function nextSchemaCheck(watch: WatchSchema, checkedAt: number): number {
  const schedule = parseSchedule(watch.schedule ?? dailySchedule);
  const due = isFault(schedule) ? undefined : nextRunAfter(schedule, checkedAt);
  return due ?? Number.POSITIVE_INFINITY;
}

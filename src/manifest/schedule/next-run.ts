import { runsOn } from './days.ts';
import type { Schedule } from './parse.ts';

const dayMs = 86_400_000;

/** First run strictly after a moment (milliseconds since 1970), in UTC; undefined when the schedule never runs. */
export function nextRunAfter(schedule: Schedule, afterMs: number): number | undefined {
  const firstDayMs = Math.floor(afterMs / dayMs) * dayMs;
  // A 29 February on a given weekday comes back within 40 years, also around a year like 2100 that skips it.
  for (let day = 0; day < 366 * 41; day += 1) {
    const dayStartMs = firstDayMs + day * dayMs;
    const date = new Date(dayStartMs);
    const month = date.getUTCMonth() + 1;
    if (!schedule.months.has(month)) continue;
    const monthLength = new Date(Date.UTC(date.getUTCFullYear(), month, 0)).getUTCDate();
    if (!runsOn(schedule, { month, day: date.getUTCDate(), weekday: date.getUTCDay(), monthLength })) continue;
    const run = firstTimeAfter(schedule, dayStartMs, afterMs);
    if (run !== undefined) return run;
  }
  return undefined;
}

function firstTimeAfter(schedule: Schedule, dayStartMs: number, afterMs: number): number | undefined {
  for (const hour of schedule.hours) {
    for (const minute of schedule.minutes) {
      const run = dayStartMs + (hour * 60 + minute) * 60_000;
      if (run > afterMs) return run;
    }
  }
  return undefined;
}

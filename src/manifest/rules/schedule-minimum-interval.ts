import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { studySchedule } from '../schedule/known.ts';
import { schedulesOf } from '../schedules.ts';

export const scheduleMinimumInterval = defineRule({
  id: 'schedule-minimum-interval',
  severity: 'error',
  group: 'Read',
  summary: 'A read schedule runs twice within less than 10 minutes, at any time of its cycle.',
  why: 'The smallest gap between two consecutive runs counts, over the whole calendar: `*/55 * * * *` runs at 55 and again at 0. The verdict never depends on when it is checked.',
  check(file, report) {
    const floor = file.options.minimumReadGapMinutes ?? 10;
    for (const { schedule, object } of schedulesOf(file)) {
      if (!object) continue;
      const studied = studySchedule(schedule.value);
      if ('fault' in studied || studied.rhythm.smallestGapMinutes >= floor) continue;
      const gap = studied.rhythm.smallestGapMinutes;
      report(schedule.spot, {
        message:
          gap === 1
            ? `${quote(schedule.value.trim())} runs every minute.`
            : `${quote(schedule.value.trim())} runs twice within ${gap} minutes.`,
        hint: `Leave at least ${floor} minutes between runs.`,
      });
    }
  },
});

import { defineRule } from '../rule.ts';
import { studySchedule } from '../schedule/known.ts';
import { schedulesOf } from '../schedules.ts';

export const scheduleNonstandard = defineRule({
  id: 'schedule-nonstandard',
  severity: 'warning',
  group: 'Read',
  summary: 'A schedule uses `?`, `L`, `W` or `#`.',
  why: 'They work here and on the hosted platform, but are not plain cron, so another tool may run the schedule at other times or refuse it.',
  check(file, report) {
    for (const { schedule } of schedulesOf(file)) {
      const studied = studySchedule(schedule.value);
      if ('fault' in studied) continue;
      for (const mark of studied.schedule.nonstandard) {
        report(schedule.spot, {
          message: `"${mark}" is not plain cron.`,
          hint: 'Other tools may read this schedule differently.',
        });
      }
    }
  },
});

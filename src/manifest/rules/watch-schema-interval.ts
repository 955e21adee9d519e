import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { studySchedule } from '../schedule/known.ts';
import { schedulesOf } from '../schedules.ts';

export const watchSchemaInterval = defineRule({
  id: 'watch-schema-interval',
  severity: 'error',
  group: 'watchSchema and provider',
  summary: 'The schedule of watchSchema runs twice within less than an hour.',
  why: 'Describing every object is dear, and fields change rarely. Left out, the schedule is once a day.',
  essential: true,
  check(file, report) {
    for (const { schedule, object } of schedulesOf(file)) {
      if (object) continue;
      const studied = studySchedule(schedule.value);
      if ('fault' in studied || studied.rhythm.smallestGapMinutes >= 60) continue;
      report(schedule.spot, {
        message: `${quote(schedule.value.trim())} checks more than hourly.`,
        hint: 'Leave it out for once a day.',
      });
    }
  },
});

import type { Draft } from '../key-spec.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule } from '../rule.ts';
import { studySchedule } from '../schedule/known.ts';
import { schedulesOf } from '../schedules.ts';

export const scheduleSyntax = defineRule({
  id: 'schedule-syntax',
  severity: 'error',
  group: 'Read',
  summary: 'A schedule is not five-field cron, has values out of range, or never runs.',
  why: 'Minute, hour, day of month, month, weekday, in UTC. `"*/15 * * * *"` is every fifteen minutes, `"0 6 * * MON-FRI"` every working day at six.',
  essential: true,
  check(file, report) {
    for (const { schedule } of schedulesOf(file)) {
      const studied = studySchedule(schedule.value);
      if ('fault' in studied) {
        const { message, hint, replacement } = studied.fault;
        const fix = replacement ? replaceSchedule(file.text, schedule, replacement) : undefined;
        report(schedule.spot, { message, ...(hint ? { hint } : {}), fix });
      } else if (studied.rhythm.runsPerDay === 0) {
        report(schedule.spot, {
          message: `"${schedule.value.trim()}" never runs: no day matches.`,
          hint: 'Check day of month against month.',
        });
      }
    }
  },
});

function replaceSchedule(text: string, schedule: Draft<string>, replacement: string) {
  return replaceValue(text, schedule.spot, replacement, `wrote ${schedule.value.trim()} as "${replacement}"`);
}

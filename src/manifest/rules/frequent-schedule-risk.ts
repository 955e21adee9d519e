import { isSalesforce, readObjectsOf, said } from '../parts.ts';
import { countOf } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { studySchedule } from '../schedule/known.ts';

const mostRunsPerDay = 1000;

export const frequentScheduleRisk = defineRule({
  id: 'frequent-schedule-risk',
  severity: 'warning',
  group: 'Read',
  summary: 'The schedules of a Salesforce integration add up to more than 1,000 runs a day.',
  why: "Every run spends at least one call of the customer's daily API limit, which all their tools share. Every 15 minutes is enough for most objects; change events are immediate and cost none.",
  check(file, report) {
    for (const integration of file.integrations) {
      if (!isSalesforce(integration) || !integration.read?.objects) continue;
      let runs = 0;
      let objects = 0;
      for (const { schedule } of readObjectsOf(integration)) {
        const studied = said(schedule) === undefined ? undefined : studySchedule(schedule!.value);
        if (!studied || 'fault' in studied) continue;
        runs += studied.rhythm.runsPerDay;
        objects += 1;
      }
      if (runs <= mostRunsPerDay) continue;
      report(integration.read.objects.spot, {
        message: `${countOf(objects, 'scheduled object')} ${objects === 1 ? 'makes' : 'make'} ${countOf(runs, 'run')} a day.`,
        hint: 'Each run spends API calls the whole org shares.',
      });
    }
  },
});

import { nameOf, readObjects, said } from '../parts.ts';
import { defineRule } from '../rule.ts';

const mostDays = 28;

export const googleCalendarBackfill = defineRule({
  id: 'google-calendar-backfill',
  severity: 'error',
  group: 'watchSchema and provider',
  summary: 'A backfill of Google Calendar events goes back more than 28 days.',
  why: 'The calendar API keeps its sync window for 28 days; older history cannot be asked for.',
  check(file, report) {
    for (const { integration, object } of readObjects(file)) {
      const provider = said(integration.provider);
      const isCalendar =
        provider === 'googlecalendar' || (provider === 'google' && said(integration.module) === 'calendar');
      const period = object.backfill?.defaultPeriod;
      if (!isCalendar || nameOf(object) !== 'events' || !period) continue;
      const fault = period.fullHistory?.value
        ? period.fullHistory
        : (period.days?.value ?? 0) > mostDays
          ? period.days
          : undefined;
      if (!fault) continue;
      report(fault.spot, { message: 'Calendar events go back 28 days at most.', hint: 'Use days: 28 or less.' });
    }
  },
});

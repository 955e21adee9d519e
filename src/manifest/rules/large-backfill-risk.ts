import { nameOf, readObjects } from '../parts.ts';
import { grouped, quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const largeBackfillRisk = defineRule({
  id: 'large-backfill-risk',
  severity: 'warning',
  group: 'Read',
  summary: 'A backfill sends everything, or more than 180 days.',
  why: 'At install the receiver gets all of it at once: for a large org that is millions of records. Fine when it is meant and the receiver is ready.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      const period = object.backfill?.defaultPeriod;
      const hint = 'Check that the receiver can take it.';
      if (period?.fullHistory?.value) {
        report(period.fullHistory.spot, {
          message: `Every ${quote(nameOf(object))} ever created is sent at install.`,
          hint,
        });
      } else if ((period?.days?.value ?? 0) > 180) {
        const days = grouped(period!.days!.value);
        report(period!.days!.spot, { message: `${days} days of ${quote(nameOf(object))} are sent at install.`, hint });
      }
    }
  },
});

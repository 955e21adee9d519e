import { nameOf, readObjects, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, isMissing } from '../rule.ts';

export const alwaysEnabledSchedule = defineRule({
  id: 'always-enabled-schedule',
  severity: 'warning',
  group: 'Read',
  summary: 'A read object is `enabled: always` but has no schedule.',
  why: 'It can be searched, and nothing else happens by itself.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      if (said(object.enabled) !== 'always' || said(object.schedule) !== undefined) continue;
      if (object.schedule === undefined && !isMissing(object, 'schedule')) continue;
      report(object.enabled!.spot, {
        message: `${quote(nameOf(object))} is always enabled but never scheduled.`,
        hint: 'Fine for search; else add a schedule.',
      });
    }
  },
});

import type { DraftReadObject } from '../keys.ts';
import { isSubscribed, nameOf, readObjects, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, isPresent } from '../rule.ts';

export const readObjectInert = defineRule({
  id: 'read-object-inert',
  severity: 'warning',
  group: 'Read',
  summary: 'A read object has no schedule and no backfill, is not subscribed and not `enabled: always`.',
  why: 'It is read only when a trigger read or a search asks for it. Often that is meant; sometimes a schedule was forgotten.',
  check(file, report) {
    for (const { integration, object } of readObjects(file)) {
      const name = nameOf(object);
      const isScheduled = said(object.schedule) !== undefined || object.unusable?.get('schedule')?.isNull === false;
      if (name === '' || isScheduled || said(object.enabled) !== undefined || meansBackfill(object)) continue;
      if (isSubscribed(integration, object, false)) continue;
      report(object.spot, {
        message: `${quote(name)} is read only by trigger reads and search.`,
        hint: 'Fine if meant; else add a schedule.',
      });
    }
  },
});

/** Also one that is written wrong, which another rule reports: nobody forgot it. */
function meansBackfill(object: DraftReadObject): boolean {
  const period = object.backfill?.defaultPeriod;
  const saysNone = period?.days?.value === 0 || period?.fullHistory?.value === false;
  return isPresent(object, 'backfill') && !saysNone;
}

import { isSubscribed, nameOf, readObjects, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, isMissing, isPresent } from '../rule.ts';

export const destinationMissing = defineRule({
  id: 'destination-missing',
  severity: 'warning',
  group: 'Read',
  summary: 'A read object has no destination; nothing needs one yet.',
  why: 'Without schedule, backfill and subscribed events nothing is delivered by itself. A trigger read would have nowhere to send its results.',
  check(file, report) {
    for (const { integration, object } of readObjects(file)) {
      const name = nameOf(object);
      const isBlank = object.destination !== undefined && said(object.destination) === undefined;
      if (name === '' || !(isMissing(object, 'destination') || isBlank)) continue;
      if (said(object.schedule) || isPresent(object, 'backfill') || isSubscribed(integration, object)) continue;
      if (object.unusable?.get('schedule')?.isNull === false) continue;
      report(object.spot, {
        message: `Results of ${quote(name)} have nowhere to go.`,
        hint: 'Add a destination before you trigger reads.',
      });
    }
  },
});

import { said, standardEvents, subscribeObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule } from '../rule.ts';

export const updateEventEnabled = defineRule({
  id: 'update-event-enabled',
  severity: 'error',
  group: 'Subscribe and write',
  summary: '`enabled` of an event is not `always`.',
  why: 'An event is either there with `enabled: always`, or left out. Every kind of event is checked, not only updates.',
  essential: true,
  check(file, report) {
    for (const { object } of subscribeObjects(file)) {
      for (const event of standardEvents) {
        const enabled = object[event]?.enabled;
        const value = said(enabled);
        if (!enabled || value === undefined || value === 'always') continue;
        const isMeant = value === 'true' || value.toLowerCase() === 'always';
        report(enabled.spot, {
          message: `${event}.enabled is ${quote(value)}.`,
          hint: isMeant ? 'Write "enabled: always".' : 'Remove the event instead.',
          fix: isMeant
            ? replaceValue(file.text, enabled.spot, 'always', `wrote ${event}.enabled as always`)
            : undefined,
        });
      }
    }
  },
});

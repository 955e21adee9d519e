import { said, standardEvents, subscribeObjects } from '../parts.ts';
import { defineRule, isMissing, spotForMissing } from '../rule.ts';

export const eventEnabledMissing = defineRule({
  id: 'event-enabled-missing',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'An event block does not say `enabled`.',
  why: "The event counts as off, and the hosted platform's own command line refuses the file.",
  check(file, report) {
    for (const { object } of subscribeObjects(file)) {
      for (const name of standardEvents) {
        const event = object[name];
        if (!event) continue;
        const isBlank = event.enabled !== undefined && said(event.enabled) === undefined;
        if (!isBlank && !isMissing(event, 'enabled')) continue;
        const { spot, at } = isBlank
          ? { spot: event.enabled!.spot, at: 'value' as const }
          : spotForMissing(event, 'enabled');
        report(spot, { at, message: `${name} is off: enabled is missing.`, hint: 'Add enabled: always.' });
      }
    }
  },
});

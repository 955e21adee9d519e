import { hasStandardEvent, nameOf, said, standardEvents, subscribeObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const subscribeMinimumEvents = defineRule({
  id: 'subscribe-minimum-events',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'A subscribe object has no event turned on.',
  why: 'It is a base definition: nothing is delivered until an installation turns an event on. An empty `otherEvents` counts as none.',
  check(file, report) {
    for (const { object } of subscribeObjects(file)) {
      const isOn = standardEvents.some((event) => said(object[event]?.enabled) !== undefined);
      const others = (object.otherEvents?.items ?? []).some((item) => item.value.trim() !== '');
      const isBroken = ['otherEvents', ...standardEvents].some((key) => object.unusable?.get(key)?.isNull === false);
      if (isOn || others || isBroken || nameOf(object) === '') continue;
      // A block without enabled was reported as such already.
      if (hasStandardEvent(object)) continue;
      report(object.spot, {
        message: `${quote(nameOf(object))} subscribes to nothing by itself.`,
        hint: 'Installations can enable events; else add one.',
      });
    }
  },
});

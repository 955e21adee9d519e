import { isSalesforce, subscribeObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule } from '../rule.ts';
import { suggest } from '../suggest.ts';

/** Change types of Salesforce's ChangeEventHeader beyond CREATE, UPDATE and DELETE. */
const salesforceEvents = ['UNDELETE', 'GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE', 'GAP_OVERFLOW'];

export const otherEventsName = defineRule({
  id: 'other-events-name',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'A name under `otherEvents` is none that Salesforce sends.',
  why: 'Names are compared exactly. Salesforce knows UNDELETE, GAP_CREATE, GAP_UPDATE, GAP_DELETE, GAP_UNDELETE and GAP_OVERFLOW.',
  check(file, report) {
    for (const { integration, object } of subscribeObjects(file)) {
      if (!isSalesforce(integration)) continue;
      for (const item of object.otherEvents?.items ?? []) {
        if (salesforceEvents.includes(item.value)) continue;
        const upper = salesforceEvents.find((event) => event === item.value.toUpperCase());
        const close = upper ?? suggest(item.value, salesforceEvents);
        report(item.spot, {
          message: `${quote(item.value)} never matches.`,
          hint: close ? `Use ${quote(close)}.` : `Salesforce knows ${salesforceEvents.join(', ')}.`,
          fix: upper ? replaceValue(file.text, item.spot, upper, `wrote ${item.value} as ${upper}`) : undefined,
        });
      }
    }
  },
});

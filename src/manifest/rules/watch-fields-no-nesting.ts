import { segmentsOf } from '../field-path.ts';
import { isSalesforce, subscribeObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const watchFieldsNoNesting = defineRule({
  id: 'watch-fields-no-nesting',
  severity: 'error',
  group: 'Subscribe and write',
  summary: 'A watch name has a dot or a bracket.',
  why: 'Change events name flat fields: watch `BillingCity`, not `BillingAddress.City`, or the name a field is mapped to.',
  essential: true,
  check(file, report) {
    for (const { integration, object } of subscribeObjects(file)) {
      for (const item of object.updateEvent?.requiredWatchFields?.items ?? []) {
        if (!/[.[\]]/.test(item.value)) continue;
        const flat = isSalesforce(integration) ? flatName(item.value) : undefined;
        report(item.spot, {
          message: `${quote(item.value)} cannot be watched.`,
          hint: flat ? `Watch ${quote(flat)}.` : 'Watch the top-level field, or the name it is mapped to.',
        });
      }
    }
  },
});

/** `BillingAddress.City` changes as `BillingCity`; other parts by their own name. */
function flatName(written: string): string | undefined {
  const segments = written.startsWith('$') ? segmentsOf(written) : written.split('.');
  const [parent, part, ...more] = segments;
  if (!parent || !part || more.length > 0 || !/^\w+$/.test(parent + part)) return undefined;
  const prefix = /^(\w*)Address$/i.exec(parent);
  return prefix ? `${prefix[1]}${part[0]!.toUpperCase()}${part.slice(1)}` : part;
}

import { formatFieldPath, segmentsOf } from '../field-path.ts';
import type { DraftField, DraftIntegration, DraftSubscribeObject } from '../keys.ts';
import { fieldsOf, findRead, isSalesforce, nameOf, subscribeObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { watchableField } from '../salesforce-fields.ts';

export const watchFieldsNoNesting = defineRule({
  id: 'watch-fields-no-nesting',
  severity: 'error',
  group: 'Subscribe and write',
  summary: 'A watch name has a dot or a bracket.',
  why: 'Change events name flat fields of the record itself: watch `BillingCity`, not `BillingAddress.City`, and `OwnerId` to hear of another owner. A plain name that a field is mapped to works too.',
  essential: true,
  check(file, report) {
    for (const { integration, object } of subscribeObjects(file)) {
      for (const item of object.updateEvent?.requiredWatchFields?.items ?? []) {
        if (!/[.[\]]/.test(item.value)) continue;
        report(item.spot, {
          message: `${quote(item.value)} cannot be watched.`,
          hint: remedy(integration, object, item.value),
        });
      }
    }
  },
});

function remedy(integration: DraftIntegration, object: DraftSubscribeObject, written: string): string {
  const segments = written.startsWith('$') ? segmentsOf(written) : written.split('.');
  const mapped = fieldMappedTo(integration, object, segments);
  // What the customer picks has no name here.
  if (mapped && !mapped.fieldName) return 'Map it to a plain name, or set watchFieldsAuto: selected.';
  const source = mapped?.fieldName ? segmentsOf(mapped.fieldName.value) : segments;
  const flat = isSalesforce(integration) ? watchableField(source) : source.length === 1 ? source[0] : undefined;
  return flat ? `Watch ${quote(flat)}.` : 'Watch the top-level field, or the name it is mapped to.';
}

/** The field that is delivered under a nested name. */
function fieldMappedTo(
  integration: DraftIntegration,
  object: DraftSubscribeObject,
  segments: readonly string[],
): DraftField | undefined {
  const read = findRead(integration, nameOf(object));
  const path = formatFieldPath(segments);
  return (read ? fieldsOf(read) : []).find(
    ({ mapToName }) => mapToName?.value.startsWith('$') && formatFieldPath(segmentsOf(mapToName.value)) === path,
  );
}

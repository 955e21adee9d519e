import { formatFieldPath } from '../field-path.ts';
import { fieldsOf, isSalesforce, readObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const fieldPathDots = defineRule({
  id: 'field-path-dots',
  severity: 'warning',
  group: 'Read',
  summary: 'A plain Salesforce field name has a dot, which is taken literally.',
  why: "A name without `$` is one top-level field, dots included, and no Salesforce field has a dot. A field of a related record is written `$['Owner']['Name']`.",
  check(file, report) {
    for (const { integration, object } of readObjects(file)) {
      if (!isSalesforce(integration)) continue;
      for (const { fieldName } of fieldsOf(object)) {
        if (!fieldName || fieldName.value.startsWith('$') || !fieldName.value.includes('.')) continue;
        const segments = fieldName.value.split('.').filter((segment) => segment !== '');
        report(fieldName.spot, {
          message: `${quote(fieldName.value)} is taken as one field name.`,
          hint: `Write ${formatFieldPath(segments.length > 0 ? segments : ['Owner', 'Name'])}.`,
        });
      }
    }
  },
});

import { segmentsOf } from '../field-path.ts';
import { inheritedReads } from '../inherited-reads.ts';
import { fieldsOf, isSalesforceCrm } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { referenceField } from '../salesforce-fields.ts';

export const writeReadOnlyPath = defineRule({
  id: 'write-read-only-path',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'A write object inherits a field that is reached through a relationship.',
  why: "A field of a related record can be read through `$['Owner']['Email']`, but writing it would mean writing another record. Write the reference field instead.",
  check(file, report) {
    for (const { integration, read } of inheritedReads(file)) {
      if (!isSalesforceCrm(integration)) continue;
      for (const { fieldName } of fieldsOf(read)) {
        if (!fieldName?.value.startsWith('$')) continue;
        const segments = segmentsOf(fieldName.value);
        const reference = segments.length > 1 ? referenceField(segments[0]!) : undefined;
        if (!reference) continue;
        report(fieldName.spot, {
          message: `${quote(fieldName.value).slice(1, -1)} can be read, not written.`,
          hint: `Write ${reference} instead.`,
        });
      }
    }
  },
});

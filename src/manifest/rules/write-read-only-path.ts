import { segmentsOf } from '../field-path.ts';
import { inheritedReads } from '../inherited-reads.ts';
import { fieldsOf, isSalesforceCrm } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

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

/** The field behind a relationship name; compound fields (`BillingAddress`, `Name`) are no relationships. */
function referenceField(first: string): string | undefined {
  if (/(?:Address|^Name|__c|__s|^attributes)$/i.test(first) || !/^[A-Za-z]\w*$/.test(first)) return undefined;
  return /__r$/i.test(first) ? first.replace(/__r$/i, '__c') : `${first}Id`;
}

import { formatFieldPath, segmentsOf } from '../field-path.ts';
import { fieldsOf, readObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const duplicateFieldName = defineRule({
  id: 'duplicate-field-name',
  severity: 'warning',
  group: 'Read',
  summary: 'A field is listed twice without a mapping, or two names differ only in case.',
  why: 'The second entry changes nothing, or the two are the same field in two spellings. One source under two mapped names is fine.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      const unmapped = new Set<string>();
      const spellings = new Map<string, string>();
      for (const { fieldName, mapToName } of fieldsOf(object)) {
        if (!fieldName) continue;
        const identity = formatFieldPath(segmentsOf(fieldName.value));
        const spelling = spellings.get(identity.toLowerCase());
        if (!mapToName && unmapped.has(identity)) {
          report(fieldName.spot, {
            at: 'alias',
            message: `${quote(fieldName.value)} is listed twice.`,
            hint: 'Remove one.',
          });
        } else if (spelling !== undefined && formatFieldPath(segmentsOf(spelling)) !== identity) {
          report(fieldName.spot, {
            at: 'alias',
            message: `${quote(spelling)} and ${quote(fieldName.value)} differ only in case.`,
            hint: 'Remove one, or spell both the same way.',
          });
        }
        if (!mapToName) unmapped.add(identity);
        if (spelling === undefined) spellings.set(identity.toLowerCase(), fieldName.value);
      }
    }
  },
});

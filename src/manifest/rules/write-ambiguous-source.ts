import { formatFieldPath, segmentsOf } from '../field-path.ts';
import { inheritedReads } from '../inherited-reads.ts';
import { fieldsOf, isSalesforce } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const writeAmbiguousSource = defineRule({
  id: 'write-ambiguous-source',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'A write object inherits a mapping in which two names lead to one field.',
  why: 'On read both names get the value. On write both would set the same field, and two different values are refused.',
  check(file, report) {
    for (const { integration, read } of inheritedReads(file)) {
      const names = new Map<string, string>();
      for (const { fieldName, mapToName } of fieldsOf(read)) {
        if (!fieldName || !mapToName) continue;
        const source = formatFieldPath(segmentsOf(fieldName.value));
        const identity = isSalesforce(integration) ? source.toLowerCase() : source;
        const before = names.get(identity);
        if (before === undefined) names.set(identity, mapToName.value);
        else if (before !== mapToName.value) {
          report(mapToName.spot, {
            at: 'alias',
            message: `${quote(before)} and ${quote(mapToName.value)} both write ${quote(fieldName.value).slice(1, -1)}.`,
            hint: 'Send one of them, or equal values.',
          });
        }
      }
    }
  },
});

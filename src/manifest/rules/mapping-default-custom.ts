import { fieldsOf, readObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const mappingDefaultCustom = defineRule({
  id: 'mapping-default-custom',
  severity: 'warning',
  group: 'Read',
  summary: 'The `default` of a mapping is a custom field (`…__c`).',
  why: 'Custom fields belong to one org. For every other customer the default names a field that is not there.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      for (const field of fieldsOf(object)) {
        if (!field.default || !/__c$/i.test(field.default.value)) continue;
        report(field.default.spot, {
          message: `${quote(field.default.value)} exists only in some orgs.`,
          hint: 'Use a standard field as default.',
        });
      }
    }
  },
});

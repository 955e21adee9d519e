import { nameOf, readObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, isPresent } from '../rule.ts';

export const readObjectFields = defineRule({
  id: 'read-object-fields',
  severity: 'warning',
  group: 'Read',
  summary: 'A read object declares no fields.',
  why: 'Without required fields, optional fields or `optionalFieldsAuto` there is little to deliver: the customer has nothing to pick either.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      const lists = [object.requiredFields, object.optionalFields];
      const hasFields = lists.some((list) => list?.spot.node.kind === 'list' && list.spot.node.items.length > 0);
      const isBroken = ['requiredFields', 'optionalFields'].some((key) => object.unusable?.get(key)?.isNull === false);
      if (hasFields || isBroken || isPresent(object, 'optionalFieldsAuto') || nameOf(object) === '') continue;
      report(object.spot, {
        message: `${quote(nameOf(object))} declares no fields.`,
        hint: 'List the fields you need.',
      });
    }
  },
});

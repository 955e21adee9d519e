import { readObjects, said } from '../parts.ts';
import { removeKey } from '../repairs.ts';
import { defineRule, isPresent } from '../rule.ts';

export const deliveryDeprecated = defineRule({
  id: 'delivery-deprecated',
  severity: 'warning',
  group: 'Read',
  summary: 'A `delivery` block is there.',
  why: 'Delivery modes are on their way out. `auto` is what happens without the block; instead of `onRequest`, leave schedule and backfill out and trigger reads.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      const { delivery } = object;
      if (!delivery) continue;
      // mode: auto is the default, so dropping the block changes nothing. onRequest needs a decision.
      const isDefault = (said(delivery.mode) ?? 'auto') === 'auto' && !isPresent(delivery, 'pageSize');
      const fix = isDefault ? removeKey(file.text, object, delivery.spot) : undefined;
      report(delivery.spot, {
        message: 'Delivery modes are deprecated.',
        hint: isDefault
          ? 'Remove the block: auto is the default.'
          : 'Leave schedule and backfill out and trigger reads.',
        ...(fix ? { fix } : {}),
      });
    }
  },
});

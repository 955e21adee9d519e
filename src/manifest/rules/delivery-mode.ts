import { readObjects, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, isMissing, isPresent } from '../rule.ts';

export const deliveryMode = defineRule({
  id: 'delivery-mode',
  severity: 'error',
  group: 'Read',
  summary: '`delivery.mode` and `pageSize` do not fit: `auto` takes none, `onRequest` needs 50 to 500.',
  why: 'With `auto` results are pushed in batches sized for you; only `onRequest` hands out pages.',
  essential: true,
  check(file, report) {
    for (const { object } of readObjects(file)) {
      const { delivery } = object;
      if (!delivery) continue;
      const mode = said(delivery.mode) ?? 'auto';
      const size = delivery.pageSize;
      const modeIsBroken = delivery.unusable?.get('mode')?.isNull === false;
      if (mode !== 'auto' && mode !== 'onRequest') {
        report(delivery.mode!.spot, {
          message: `${quote(mode)} is not a delivery mode.`,
          hint: 'Use auto or onRequest.',
        });
      } else if (mode === 'auto' && !modeIsBroken && isPresent(delivery, 'pageSize')) {
        const { spot } = size ?? delivery.unusable!.get('pageSize')!;
        report(spot, { message: 'pageSize does not go with mode auto.', hint: 'Remove it.' });
      } else if (mode === 'onRequest' && isMissing(delivery, 'pageSize')) {
        report(delivery.spot, { message: 'mode onRequest needs a pageSize.', hint: 'Choose 50 to 500.' });
      } else if (mode === 'onRequest' && size && (size.value < 50 || size.value > 500)) {
        const side = size.value < 50 ? 'below 50' : 'above 500';
        report(size.spot, { message: `pageSize ${size.value} is ${side}.`, hint: 'Choose 50 to 500.' });
      }
    }
  },
});

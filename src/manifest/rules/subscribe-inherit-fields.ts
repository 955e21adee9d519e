import { hasStandardEvent, subscribeObjects } from '../parts.ts';
import { addKey, replaceValue } from '../repairs.ts';
import { defineRule, isMissing } from '../rule.ts';

export const subscribeInheritFields = defineRule({
  id: 'subscribe-inherit-fields',
  severity: 'error',
  group: 'Subscribe and write',
  summary: 'A subscribe object with events lacks `inheritFieldsAndMapping: true`.',
  why: 'Events take their fields and mapping from the read object; there is no other way to name them today, and the flag says that it is understood.',
  essential: true,
  check(file, report) {
    for (const { object } of subscribeObjects(file)) {
      if (!hasStandardEvent(object)) continue;
      const flag = object.inheritFieldsAndMapping;
      const hint = 'Nothing else is supported today.';
      if (flag?.value === false) {
        const fix = replaceValue(file.text, flag.spot, 'true', 'set inheritFieldsAndMapping: true');
        report(flag.spot, { message: 'inheritFieldsAndMapping must be true.', hint, fix });
      } else if (isMissing(object, 'inheritFieldsAndMapping')) {
        const isNull = object.unusable?.has('inheritFieldsAndMapping');
        const fix = isNull ? undefined : addKey(file.text, object, 'inheritFieldsAndMapping: true');
        report(object.spot, { message: 'inheritFieldsAndMapping must be true.', hint, ...(fix ? { fix } : {}) });
      }
    }
  },
});

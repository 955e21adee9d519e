import { readObjects, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const alwaysEnabledMapping = defineRule({
  id: 'always-enabled-mapping',
  severity: 'warning',
  group: 'Read',
  summary: 'A required field of an `enabled: always` object has a `mapToName`.',
  why: "The object is read without anyone configuring it, so nobody chooses a source. The hosted platform's validator refuses such a file, though manifests with it exist.",
  check(file, report) {
    for (const { object } of readObjects(file)) {
      if (said(object.enabled) !== 'always') continue;
      for (const { mapToName } of object.requiredFields?.items ?? []) {
        if (!mapToName) continue;
        report(mapToName.spot, {
          message: `Nobody chooses ${quote(mapToName.value)} when the object is read unasked.`,
          hint: 'Use plain fieldName entries.',
        });
      }
    }
  },
});

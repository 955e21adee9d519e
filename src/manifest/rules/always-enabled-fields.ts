import { nameOf, readObjects, said } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const alwaysEnabledFields = defineRule({
  id: 'always-enabled-fields',
  severity: 'error',
  group: 'Read',
  summary: 'A read object is `enabled: always` but has no required fields.',
  why: 'It is read for every installation, also where nobody picked fields, so the manifest has to say which ones.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      if (said(object.enabled) !== 'always') continue;
      const list = object.requiredFields?.spot.node;
      if ((list?.kind === 'list' && list.items.length > 0) || object.unusable?.get('requiredFields')?.isNull === false)
        continue;
      const name = nameOf(object);
      report(object.enabled!.spot, {
        message: `${name === '' ? 'An always-read object' : `The always-read object "${name}"`} has no required fields.`,
        hint: 'List at least one.',
      });
    }
  },
});

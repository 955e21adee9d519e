import { actions, isSalesforce, objectsOf, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const objectNameCase = defineRule({
  id: 'object-name-case',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'One object is spelt in two ways across actions.',
  why: 'Salesforce takes both for the same object; messages keep the spelling of the manifest, so receivers see two names.',
  check(file, report) {
    for (const integration of file.integrations) {
      if (!isSalesforce(integration)) continue;
      const spellings = new Map<string, { name: string; action: string }>();
      for (const action of actions) {
        for (const { objectName } of objectsOf(integration, action)) {
          const name = said(objectName);
          if (name === undefined) continue;
          const before = spellings.get(name.toLowerCase());
          if (!before) spellings.set(name.toLowerCase(), { name, action });
          else if (before.name !== name && before.action !== action) {
            report(objectName!.spot, {
              message: `${quote(before.name)} and ${quote(name)} name the same object.`,
              hint: 'Spell it one way.',
            });
          }
        }
      }
    }
  },
});

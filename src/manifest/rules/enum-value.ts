import type { Draft } from '../key-spec.ts';
import { readObjectsOf, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule, type Report } from '../rule.ts';

export const enumValue = defineRule({
  id: 'enum-value',
  severity: 'error',
  group: 'Read',
  summary: '`optionalFieldsAuto` is not `all`, or `enabled` of a read object or watchSchema event is not `always`.',
  why: 'These keys have one value each. To turn something off, leave the key out.',
  essential: true,
  check(file, report) {
    for (const integration of file.integrations) {
      for (const object of readObjectsOf(integration)) {
        checkOnly(file.text, object.optionalFieldsAuto, 'optionalFieldsAuto', 'all', report);
        checkOnly(file.text, object.enabled, 'enabled', 'always', report);
      }
      const all = integration.watchSchema?.allObjects;
      for (const kind of ['fieldCreated', 'fieldDeleted', 'fieldChanged'] as const) {
        checkOnly(file.text, all?.[kind]?.enabled, `${kind}.enabled`, 'always', report);
      }
    }
  },
});

function checkOnly(text: string, draft: Draft<string> | undefined, name: string, only: string, report: Report): void {
  const value = said(draft);
  if (!draft || value === undefined || value === only) return;
  const isMeant = value.toLowerCase() === only || value === 'true';
  report(draft.spot, {
    message: `${quote(value)} is not a value of ${name}.`,
    hint: `Only "${only}" is; leave the key out to turn it off.`,
    fix: isMeant ? replaceValue(text, draft.spot, only, `wrote ${name} as ${only}`) : undefined,
  });
}

import { type Action, isSalesforce, objectsOf, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, type Rule } from '../rule.ts';

/** `duplicate-read-object` and its two brothers. Across actions the same object is fine. */
function defineDuplicateRule(action: Action): Rule {
  return defineRule({
    id: `duplicate-${action}-object`,
    severity: 'error',
    group: action === 'read' ? 'Read' : 'Subscribe and write',
    summary: `An object stands twice under \`${action}\` (on Salesforce also when only the case differs; elsewhere a warning then).`,
    why: 'Configuration is kept by object name, so only one of the two would take effect. Merge them.',
    essential: true,
    check(file, report) {
      for (const integration of file.integrations) {
        const exact = new Set<string>();
        const byCase = new Map<string, string>();
        for (const object of objectsOf(integration, action)) {
          const name = said(object.objectName);
          if (name === undefined) continue;
          const before = byCase.get(name.toLowerCase());
          const { spot } = object.objectName!;
          if (exact.has(name)) {
            report(spot, { at: 'alias', message: `${quote(name)} stands twice under ${action}.`, hint: 'Merge them.' });
          } else if (before !== undefined) {
            report(spot, {
              at: 'alias',
              severity: isSalesforce(integration) ? 'error' : 'warning',
              message: `${quote(before)} and ${quote(name)} ${isSalesforce(integration) ? 'are the same object' : 'differ only in case'}.`,
              hint: 'Merge them.',
            });
          }
          exact.add(name);
          if (before === undefined) byCase.set(name.toLowerCase(), name);
        }
      }
    },
  });
}

export const duplicateReadObject = defineDuplicateRule('read');
export const duplicateWriteObject = defineDuplicateRule('write');
export const duplicateSubscribeObject = defineDuplicateRule('subscribe');

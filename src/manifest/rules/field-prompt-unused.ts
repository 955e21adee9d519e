import { fieldsOf, readObjects } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const fieldPromptUnused = defineRule({
  id: 'field-prompt-unused',
  severity: 'warning',
  group: 'Read',
  summary: 'A field with `fieldName` has a `prompt` or `default`, which do nothing there.',
  why: '`fieldName` fixes the source, so the customer is never asked. Without it the customer picks, and prompt and default help.',
  check(file, report) {
    for (const { object } of readObjects(file)) {
      for (const field of fieldsOf(object)) {
        if (!field.fieldName) continue;
        for (const key of ['prompt', 'default'] as const) {
          const draft = field[key];
          if (!draft) continue;
          report(draft.spot, {
            message: `${key} has no effect beside fieldName.`,
            hint: 'Drop it, or drop fieldName to let customers choose.',
          });
        }
      }
    }
  },
});

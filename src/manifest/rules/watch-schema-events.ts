import { defineRule, isPresent } from '../rule.ts';

export const watchSchemaEvents = defineRule({
  id: 'watch-schema-events',
  severity: 'warning',
  group: 'watchSchema and provider',
  summary: 'watchSchema names no kind of change.',
  why: 'It describes every object on schedule and then has nothing to report.',
  check(file, report) {
    for (const { watchSchema } of file.integrations) {
      const all = watchSchema?.allObjects;
      if (!all || ['fieldCreated', 'fieldDeleted', 'fieldChanged'].some((kind) => isPresent(all, kind))) continue;
      report(all.spot, {
        message: 'watchSchema reports nothing.',
        hint: 'Enable fieldCreated, fieldDeleted or fieldChanged.',
      });
    }
  },
});

import { defineRule, isPresent } from '../rule.ts';

export const watchSchemaNoRead = defineRule({
  id: 'watch-schema-no-read',
  severity: 'warning',
  group: 'watchSchema and provider',
  summary: 'watchSchema stands in an integration without a read block.',
  why: 'It covers the objects under read; without any, it watches nothing.',
  check(file, report) {
    for (const integration of file.integrations) {
      if (!integration.watchSchema || isPresent(integration, 'read')) continue;
      report(integration.watchSchema.spot, {
        message: 'There are no objects to watch.',
        hint: 'watchSchema covers the objects under read.',
      });
    }
  },
});

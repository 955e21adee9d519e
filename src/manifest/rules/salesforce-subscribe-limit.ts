import { subscribeObjectsOf } from '../parts.ts';
import { defineRule } from '../rule.ts';

const defaultEntities = 5;

export const salesforceSubscribeLimit = defineRule({
  id: 'salesforce-subscribe-limit',
  severity: 'error',
  group: 'Subscribe and write',
  summary: 'More than 5 subscribe objects in one Salesforce integration (a warning for salesforceJWT).',
  why: 'An org can select 5 entities for change events unless its customer bought the add-on. Customers who have it: `--skip salesforce-subscribe-limit`.',
  check(file, report) {
    for (const integration of file.integrations) {
      const provider = integration.provider?.value;
      const count = subscribeObjectsOf(integration).length;
      if ((provider !== 'salesforce' && provider !== 'salesforceJWT') || count <= defaultEntities) continue;
      report(integration.subscribe!.objects!.spot, {
        severity: provider === 'salesforce' ? 'error' : 'warning',
        message: `${count} objects; an org selects ${defaultEntities} entities for change events by default.`,
        hint: 'With the add-on: --skip salesforce-subscribe-limit',
      });
    }
  },
});

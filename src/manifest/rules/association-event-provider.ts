import { said, subscribeObjects } from '../parts.ts';
import { defineRule, isPresent } from '../rule.ts';

export const associationEventProvider = defineRule({
  id: 'association-event-provider',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'An `associationChangeEvent` stands under another provider than HubSpot.',
  why: 'Elsewhere it never happens. On Salesforce a changed relationship is a changed reference field, such as `accountid`.',
  check(file, report) {
    for (const { integration, object } of subscribeObjects(file)) {
      const provider = said(integration.provider);
      if (provider === undefined || provider === 'hubspot' || !isPresent(object, 'associationChangeEvent')) continue;
      const spot = object.associationChangeEvent?.spot ?? object.unusable!.get('associationChangeEvent')!.spot;
      report(spot, {
        message: 'Only HubSpot has association events.',
        hint: 'Watch the reference field, for example accountid.',
      });
    }
  },
});

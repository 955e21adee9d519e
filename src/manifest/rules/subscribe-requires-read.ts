import { defineRule, isPresent } from '../rule.ts';

export const subscribeRequiresRead = defineRule({
  id: 'subscribe-requires-read',
  severity: 'error',
  group: 'Subscribe and write',
  summary: 'An integration subscribes but has no read block.',
  why: 'Events carry the fields and mapping of the read object of the same name, so there has to be one.',
  essential: true,
  check(file, report) {
    for (const integration of file.integrations) {
      if (!isPresent(integration, 'subscribe') || isPresent(integration, 'read')) continue;
      const spot = integration.subscribe?.spot ?? integration.unusable!.get('subscribe')!.spot;
      report(spot, { message: 'subscribe has no read to take fields from.', hint: 'Add read with the same objects.' });
    }
  },
});

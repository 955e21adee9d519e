import { defineRule, isMissing, spotForMissing } from '../rule.ts';

export const proxyEnabledMissing = defineRule({
  id: 'proxy-enabled-missing',
  severity: 'warning',
  group: 'Integration',
  summary: 'A `proxy` block does not say `enabled`.',
  why: "Without it the proxy is off, and the hosted platform's own command line refuses the file.",
  check(file, report) {
    for (const { proxy } of file.integrations) {
      if (!proxy || !isMissing(proxy, 'enabled')) continue;
      const { spot, at } = spotForMissing(proxy, 'enabled');
      report(spot, {
        at,
        message: 'The proxy is off: enabled is missing.',
        hint: 'Set enabled: true, or remove proxy.',
      });
    }
  },
});

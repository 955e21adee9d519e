import { bundledCatalogue } from '../bundled-catalogue.ts';
import { said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, type Rule } from '../rule.ts';

/** `provider-capability-read` and its brothers. Only warnings: published flags contradict manifests that work. */
function defineCapabilityRule(action: 'read' | 'write' | 'subscribe' | 'proxy'): Rule {
  return defineRule({
    id: `provider-capability-${action}`,
    severity: 'warning',
    group: 'watchSchema and provider',
    summary: `The catalogue lists no \`${action}\` for the provider or its module.`,
    why: 'The catalogue may lag behind what really works, so this is no more than a reason to test early.',
    check(file, report) {
      const catalogue = file.options.providers ?? bundledCatalogue;
      for (const integration of file.integrations) {
        const block = integration[action];
        const provider = said(integration.provider);
        if (!block || provider === undefined) continue;
        if (action === 'proxy' && integration.proxy?.enabled?.value !== true) continue;
        const entry = catalogue.providers.get(provider);
        const module = said(integration.module);
        const support = (module === undefined ? undefined : entry?.moduleSupport?.[module]) ?? entry?.support;
        if (support?.[action] !== false) continue;
        report(block.spot, {
          message: `The catalogue lists no ${action} for ${quote(module === undefined ? provider : `${provider} (${module})`)}.`,
          hint: 'Test before you rely on it.',
        });
      }
    },
  });
}

export const providerCapabilities = (['read', 'write', 'subscribe', 'proxy'] as const).map(defineCapabilityRule);

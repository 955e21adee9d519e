import { bundledCatalogue } from '../bundled-catalogue.ts';
import { isSalesforce, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule } from '../rule.ts';

export const providerModule = defineRule({
  id: 'provider-module',
  severity: 'error',
  group: 'watchSchema and provider',
  summary: 'The provider has no such module (a warning for other providers by the bundled list).',
  why: "A module is a product area with an address and objects of its own. Without the key it is the provider's default, `crm` on Salesforce.",
  check(file, report) {
    const catalogue = file.options.providers ?? bundledCatalogue;
    for (const integration of file.integrations) {
      const provider = said(integration.provider);
      const module = said(integration.module);
      if (provider === undefined || module === undefined) continue;
      const modules = catalogue.providers.get(provider)?.modules ?? bundledCatalogue.providers.get(provider)?.modules;
      if (!modules || modules.includes(module)) continue;
      const meant = modules.find((known) => known.toLowerCase() === module.toLowerCase());
      const { spot } = integration.module!;
      report(spot, {
        severity: isSalesforce(integration) || catalogue.source === 'live' ? 'error' : 'warning',
        message: `${provider} has no module ${quote(module)}.`,
        hint: modules.length === 0 ? 'Leave module out.' : `It has ${joinOr(modules)}.`,
        fix: meant ? replaceValue(file.text, spot, meant, `wrote module ${module} as ${meant}`) : undefined,
      });
    }
  },
});

function joinOr(names: readonly string[]): string {
  return names.length === 1 ? `only ${names[0]}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

import { bundledCatalogue } from '../bundled-catalogue.ts';
import { said } from '../parts.ts';
import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule } from '../rule.ts';
import { suggest } from '../suggest.ts';

export const providerNotSupported = defineRule({
  id: 'provider-not-supported',
  severity: 'warning',
  group: 'watchSchema and provider',
  summary: "The provider is not in the bundled list (an error when the hosted service's own catalogue was asked).",
  why: 'Provider names are case-sensitive. The bundled list ages; a new provider that it lacks still works.',
  check(file, report) {
    const catalogue = file.options.providers ?? bundledCatalogue;
    for (const { provider } of file.integrations) {
      const name = said(provider);
      if (!provider || name === undefined || catalogue.providers.has(name)) continue;
      const names = [...catalogue.providers.keys()];
      const byCase = names.find((known) => known.toLowerCase() === name.toLowerCase());
      const close = byCase ?? suggest(name, names);
      report(provider.spot, {
        severity: catalogue.source === 'live' ? 'error' : 'warning',
        message:
          catalogue.source === 'live'
            ? `${quote(name)} is not a provider.`
            : `${quote(name)} is no provider known here.`,
        hint: hintFor(byCase, close),
        fix: byCase ? replaceValue(file.text, provider.spot, byCase, `wrote provider ${name} as ${byCase}`) : undefined,
      });
    }
  },
});

function hintFor(byCase: string | undefined, close: string | undefined): string {
  if (byCase) return `Names are case-sensitive: ${quote(byCase)}.`;
  return close ? `Did you mean ${quote(close)}?` : 'Check the name against the list of providers.';
}

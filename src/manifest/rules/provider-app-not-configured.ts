import { bundledCatalogue } from '../bundled-catalogue.ts';
import { said } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const providerAppNotConfigured = defineRule({
  id: 'provider-app-not-configured',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'The hosted project has no OAuth app for a provider that needs one.',
  why: 'Customers sign in through your own app at the provider; each project has its own. Until one is there, nobody can connect.',
  needs: 'project',
  check(file, report) {
    const apps = file.options.project?.providerApps;
    if (!apps) return;
    const catalogue = file.options.providers ?? bundledCatalogue;
    const seen = new Set<string>();
    for (const { provider } of file.integrations) {
      const name = said(provider);
      if (name === undefined || seen.has(name) || apps.includes(name)) continue;
      seen.add(name);
      if (catalogue.providers.get(name)?.needsApp !== true) continue;
      report(provider!.spot, {
        message: `Customers cannot connect ${name} yet.`,
        hint: 'Add a provider app; one per project.',
      });
    }
  },
});

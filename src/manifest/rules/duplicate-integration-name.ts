import { said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const duplicateIntegrationName = defineRule({
  id: 'duplicate-integration-name',
  severity: 'error',
  group: 'Integration',
  summary: 'Two integrations have the same name (a warning when only the case differs).',
  why: 'Deploy finds an integration by its name, so the second one would overwrite the first.',
  essential: true,
  check(file, report) {
    const names = new Set<string>();
    const byCase = new Map<string, string>();
    for (const integration of file.integrations) {
      const name = said(integration.name);
      if (name === undefined) continue;
      const { spot } = integration.name!;
      const before = byCase.get(name.toLowerCase());
      if (names.has(name)) {
        report(spot, {
          at: 'alias',
          message: `Two integrations are called ${quote(name)}.`,
          hint: 'Deploy matches by name; rename one.',
        });
      } else if (before !== undefined) {
        report(spot, {
          at: 'alias',
          severity: 'warning',
          message: `${quote(before)} and ${quote(name)} differ only in case.`,
          hint: 'Rename one: people and file systems mix them up.',
        });
      }
      names.add(name);
      if (before === undefined) byCase.set(name.toLowerCase(), name);
    }
  },
});

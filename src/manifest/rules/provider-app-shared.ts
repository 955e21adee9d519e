import { said } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const providerAppShared = defineRule({
  id: 'provider-app-shared',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'The OAuth app of the hosted project is used elsewhere, too.',
  why: 'A provider counts tokens by app and user: when the same customer signs in through both, the tokens of one side are invalidated, and it happens long after the deploy.',
  needs: 'project',
  check(file, report) {
    for (const { provider, where } of file.options.project?.sharedApps ?? []) {
      const spot = file.integrations.find((integration) => said(integration.provider) === provider)?.provider?.spot;
      if (!spot) continue;
      report(spot, {
        message: `The OAuth app for ${provider} is also used by ${where}: tokens of one will be invalidated.`,
        hint: 'Give every project an app of its own.',
      });
    }
  },
});

import { defineCommand } from '../../cli/command.ts';

export const limits = defineCommand({
  name: 'limits',
  summary: 'Show API usage and other limits',
  description: 'From 80 % on a limit is marked. Allowances move over 24 hours; they do not reset at midnight.',
  args: [{ name: 'alias', summary: 'Alias, username or org id (default: the default org)' }],
  flags: {
    org: { type: 'string', short: 'o', placeholder: 'alias', summary: 'The same as the argument' },
    all: { type: 'boolean', summary: 'Every limit the org reports' },
  },
  examples: ['amp org limits', 'amp org limits acme --all', 'amp org limits --json'],
  async run(context, { args, flags }) {
    const { openOrg } = await import('../../providers/open-org.ts');
    const { fetchLimits } = await import('../../providers/salesforce/limits.ts');
    const { org, client } = await openOrg(context, args.alias ?? flags.org);
    return { alias: org.alias, orgId: org.orgId, limits: await fetchLimits(client, flags.all ?? false) };
  },
  async view(result, context) {
    const { renderLimits } = await import('../../views/org.ts');
    return renderLimits(result.limits, context.output.style);
  },
});

import { defineCommand } from '../../cli/command.ts';

export const use = defineCommand({
  name: 'use',
  summary: 'Choose the default org',
  args: [{ name: 'alias', summary: 'Alias, username or org id', required: true }],
  examples: ['amp org use acme'],
  async run(context, { args }) {
    const { openOrgRegistry } = await import('../../orgs/registry.ts');
    const { findOrg } = await import('../../providers/open-org.ts');
    const registry = openOrgRegistry(context.config.configDir);
    const org = await findOrg(registry, args.alias);
    await registry.setDefault(org.id);
    return { ...org, default: true };
  },
  view: (org) => `Commands now use ${org.alias} (${org.username}).`,
});

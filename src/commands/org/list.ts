import { defineCommand } from '../../cli/command.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'List connected orgs',
  examples: ['amp org list', 'amp org list --json'],
  async run(context) {
    const { openOrgRegistry } = await import('../../orgs/registry.ts');
    const registry = openOrgRegistry(context.config.configDir);
    const chosen = await registry.default();
    return { orgs: (await registry.list()).map((org) => ({ ...org, default: org.id === chosen?.id })) };
  },
  async view({ orgs }, context) {
    const { renderOrgList } = await import('../../views/org.ts');
    return renderOrgList(orgs, context.output.style);
  },
});

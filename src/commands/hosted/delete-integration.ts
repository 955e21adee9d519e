import { defineCommand } from '../../cli/command.ts';

export const deleteIntegration = defineCommand({
  name: 'delete:integration',
  summary: 'Delete an integration of a hosted project, installations included',
  hidden: true,
  args: [{ name: 'integration', summary: 'Id or name of the integration', required: true }],
  flags: { yes: { type: 'boolean', short: 'y', summary: 'Do not ask' } },
  examples: ['amp delete:integration pipelineSync -p dev'],
  async run(context, { args, flags }) {
    const { AmpError } = await import('../../errors/amp-error.ts');
    const { findIntegration, listInstallations } = await import('../../environments/hosted/lists.ts');
    const { deleteIntegration: remove } = await import('../../environments/hosted/remove.ts');
    const { withHosted } = await import('../with-hosted.ts');
    return withHosted(context, async (api) => {
      const integration = await findIntegration(api, args.integration!);
      const installations = await listInstallations(api, { integration: integration.id });
      const question = `Delete "${integration.name}"? Its ${installations.length} installations go too, for good.`;
      if (!flags.yes && !(await context.prompt.confirmTyped(question, { flag: '--yes', expected: integration.name }))) {
        throw new AmpError({ code: 'deploy-declined', message: 'Not deleted; nothing was changed.' });
      }
      await remove(api, integration.id);
      return { deleted: { id: integration.id, name: integration.name }, installations: installations.length };
    });
  },
  view: ({ deleted, installations }, { output: { style } }) =>
    `${style.good('✓')} ${deleted.name} is deleted, with ${installations} installations.`,
});

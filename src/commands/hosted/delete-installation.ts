import { defineCommand } from '../../cli/command.ts';

export const deleteInstallation = defineCommand({
  name: 'delete:installation',
  summary: 'Delete an installation of a hosted project',
  hidden: true,
  args: [
    { name: 'integration', summary: 'Id or name of the integration', required: true },
    { name: 'installation', summary: 'Id of the installation', required: true },
  ],
  flags: { yes: { type: 'boolean', short: 'y', summary: 'Do not ask' } },
  examples: ['amp delete:installation pipelineSync ins_41 -p dev --yes'],
  async run(context, { args, flags }) {
    const { AmpError } = await import('../../errors/amp-error.ts');
    const { integrationId } = await import('../../environments/hosted/lists.ts');
    const { deleteInstallation: remove } = await import('../../environments/hosted/remove.ts');
    const { withHosted } = await import('../with-hosted.ts');
    const installation = args.installation!;
    return withHosted(context, async (api) => {
      const integration = await integrationId(api, args.integration!);
      const question = `Delete installation ${installation}? Its reads and subscriptions end; an unused connection goes too.`;
      if (!flags.yes && !(await context.prompt.confirm(question, { flag: '--yes', default: false }))) {
        throw new AmpError({ code: 'deploy-declined', message: 'Not deleted; nothing was changed.' });
      }
      await remove(api, integration, installation);
      return { deleted: { id: installation, integrationId: integration } };
    });
  },
  view: ({ deleted }, { output: { style } }) => `${style.good('✓')} Installation ${deleted.id} is deleted.`,
});

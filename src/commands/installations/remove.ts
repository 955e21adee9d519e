import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const remove = orHosted(
  defineCommand({
    name: 'remove',
    summary: 'Uninstall: its reads, subscriptions and waiting messages end',
    description: 'An org that no installation uses any more is signed out as well, unless --keep-org is given.',
    args: [{ name: 'installation', summary: 'Id, or the customer', required: true }],
    flags: {
      integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Which, when a customer has several' },
      'keep-org': { type: 'boolean', summary: 'Stay signed in to its org' },
      yes: { type: 'boolean', short: 'y', summary: 'Do not ask' },
    },
    examples: ['amp installations remove quayline', 'amp installations remove ins_0… --yes --keep-org'],
    async run(context, { args, flags }) {
      const { withProject } = await import('../with-project.ts');
      const { removeInstallation } = await import('../../runtime/installations/remove-installation.ts');
      const { removeUnusedOrg } = await import('../../runtime/installations/remove-unused-org.ts');
      const { AmpError } = await import('../../errors/amp-error.ts');
      const { requireInstallation } = await import('../../environments/local/find-installation.ts');
      return withProject(context, 'change', async (project) => {
        const installation = requireInstallation(project, args.installation!, flags.integration);
        const { integration, groupName, orgId } = installation;
        const question = `Uninstall "${integration}" for ${groupName}? Its reads and subscriptions end.`;
        if (!flags.yes && !(await context.prompt.confirm(question, { flag: '--yes', default: false }))) {
          throw new AmpError({ code: 'deploy-declined', message: 'Not uninstalled; nothing was changed.' });
        }
        const abandoned = removeInstallation(context, project, installation);
        const org = flags['keep-org'] ? undefined : await removeUnusedOrg(context, project, orgId);
        return { removed: installation, abandonedMessages: abandoned, ...(org && { signedOut: org }) };
      });
    },
    view({ removed, abandonedMessages, signedOut }, { output: { style } }) {
      const lines = [`${style.good('✓')} ${removed.integration} is uninstalled for ${removed.groupName}.`];
      if (abandonedMessages > 0) lines.push(`${abandonedMessages} waiting messages will not be sent.`);
      if (signedOut) lines.push(`No other installation used the org ${signedOut}, so it is signed out.`);
      return lines.join('\n');
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedRemove,
);

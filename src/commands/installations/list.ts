import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const list = orHosted(
  defineCommand({
    name: 'list',
    summary: 'Every installation',
    flags: {
      integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Only of this integration' },
      group: { type: 'string', short: 'g', placeholder: 'ref', summary: 'Only of this customer' },
      status: {
        type: 'string',
        choices: ['active', 'paused', 'action_needed', 'needs_reauth'],
        summary: 'active, paused, action_needed or needs_reauth',
      },
    },
    examples: [
      'amp installations',
      'amp installations list --status action_needed',
      'amp installations list -g quayline',
    ],
    async run(context, { flags }) {
      const { withProject } = await import('../with-project.ts');
      return withProject(context, 'look', ({ installations }) => ({
        installations: installations.list({
          ...(flags.integration !== undefined && { integration: flags.integration }),
          ...(flags.group !== undefined && { groupRef: flags.group }),
          ...(flags.status !== undefined && { status: flags.status }),
        }),
      }));
    },
    async view({ installations }, { output }) {
      const { renderInstallationList } = await import('../../views/installations.ts');
      return renderInstallationList(installations, output);
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedInstallations,
);

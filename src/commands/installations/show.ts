import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const show = orHosted(
  defineCommand({
    name: 'show',
    summary: 'One installation with its config',
    args: [{ name: 'installation', summary: 'Id, or the customer', required: true }],
    flags: {
      integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Which, when a customer has several' },
      config: { type: 'boolean', summary: 'Print the config as JSON, and nothing else' },
    },
    examples: ['amp installations show quayline', 'amp installations show quayline --config > quayline.json'],
    async run(context, { args, flags }) {
      const { withProject } = await import('../with-project.ts');
      const { requireInstallation } = await import('../../environments/local/find-installation.ts');
      const { permissionsOf } = await import('../../installations/permissions.ts');
      return withProject(context, 'look', (project) => {
        const installation = requireInstallation(project, args.installation!, flags.integration);
        const integration = project.integrationOf(installation);
        return {
          configOnly: flags.config === true,
          ...installation,
          deployedRevision: project.currentRevision()?.number,
          permissions: integration ? permissionsOf(integration, installation.config) : [],
        };
      });
    },
    json: ({ configOnly, ...installation }) => (configOnly ? installation.config : installation),
    async view({ configOnly, ...installation }, context) {
      const { output, clock } = context;
      if (configOnly) return JSON.stringify(installation.config, null, 2);
      const { renderInstallation } = await import('../../views/installations.ts');
      const { nameOrg } = await import('../org-name.ts');
      const org = await nameOrg(context, installation.orgId);
      return renderInstallation({ ...installation, org }, output, clock.now());
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedInstallation,
);

import { defineCommand } from '../../cli/command.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import { chooseInBrowser, webFlags } from '../choose-in-browser.ts';

export const update = defineCommand({
  name: 'update',
  summary: 'Change choices, config or connection',
  description:
    'What changed is tried out with one record again. On a terminal and without flags it asks for what is still open; with --web a page in the browser shows every choice.',
  args: [{ name: 'installation', summary: 'Id, or the customer', required: true }],
  flags: {
    integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Which, when a customer has several' },
    map: { type: 'strings', placeholder: 'name=Field', summary: 'Source of a mapping; repeatable' },
    field: { type: 'strings', placeholder: 'Name', summary: 'Optional field to send; repeatable' },
    config: { type: 'string', placeholder: 'file.json', summary: 'The whole new config' },
    org: { type: 'string', short: 'o', placeholder: 'alias', summary: 'Another connected org' },
    'group-name': { type: 'string', placeholder: 'name', summary: "The customer's name for people" },
    ...webFlags,
    'skip-sampling': { type: 'boolean', summary: 'Do not read one record first' },
  },
  examples: [
    'amp installations update quayline --map forecastNote=Forecast_Note__c',
    'amp installations update quayline --config quayline.json',
    'amp installations update quayline --org quayline-new',
    'amp installations update quayline --web',
  ],
  async run(context, { args, flags }) {
    const { withProject } = await import('../with-project.ts');
    const { openInstallOrg } = await import('../open-install-org.ts');
    const { announceUpdate } = await import('../../runtime/installations/announce-installation.ts');
    const { requireInstallation } = await import('../../environments/local/find-installation.ts');
    const { deployedIntegration, updateInstallation } = await import('../../environments/local/update-installation.ts');
    const { changeConfig, configWithFlags } = await import('../../environments/local/choose-config.ts');
    const { createDestinationStore } = await import('../../destinations/destination-store.ts');
    return withProject(context, 'change', async (project) => {
      const installation = requireInstallation(project, args.installation!, flags.integration);
      const integration = deployedIntegration(project, installation);
      const org = await openInstallOrg(context, flags.org ?? installation.orgId);
      const save = (config: InstallationConfig) =>
        updateInstallation(
          project,
          installation,
          { config, groupName: flags['group-name'], skipSampling: flags['skip-sampling'] === true },
          org,
          {
            clock: context.clock,
            destinations: createDestinationStore(project.state.db)
              .list()
              .map((destination) => destination.name),
            announce: (updated) => announceUpdate(context, project, updated, installation.config),
          },
        );
      const group = flags['group-name'] ?? installation.groupName;
      const result = flags.web
        ? await chooseInBrowser(
            context,
            flags,
            {
              integration,
              config: await configWithFlags(integration, installation.config, org, context, flags),
              org,
              group,
              action: 'Save',
            },
            save,
          )
        : await save(await changeConfig(integration, installation.config, org, context, flags));
      return { ...result, org: org.alias };
    });
  },
  async view(result, { output }) {
    const { renderUpdate } = await import('../../views/installations.ts');
    return renderUpdate(result, output.style);
  },
});

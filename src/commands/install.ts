import { defineCommand } from '../cli/command.ts';
import type { InstallationConfig } from '../installations/config.ts';
import { chooseInBrowser, webFlags } from './choose-in-browser.ts';

export const install = defineCommand({
  name: 'install',
  summary: 'Install an integration for one customer',
  description:
    'Checks the choices against the connected org and reads one record of every scheduled object before anything is saved. On a terminal it asks for what the manifest leaves to the customer, with --web on a page in the browser; a choice may be bound to one object with "object:" in front.',
  args: [{ name: 'integration', summary: 'Name of a deployed integration', required: true }],
  flags: {
    group: { type: 'string', short: 'g', placeholder: 'ref', summary: "The customer's id in your product" },
    'group-name': { type: 'string', placeholder: 'name', summary: 'Its name for people (default: the id)' },
    consumer: { type: 'string', placeholder: 'ref', summary: 'The person who connects' },
    'consumer-name': { type: 'string', placeholder: 'name', summary: 'Name of that person' },
    org: { type: 'string', short: 'o', placeholder: 'alias', summary: "The customer's connected org" },
    config: { type: 'string', placeholder: 'file.json', summary: 'Installation config, as the hosted platform has it' },
    map: { type: 'strings', placeholder: 'name=Field', summary: 'Source of a mapping; repeatable' },
    field: { type: 'strings', placeholder: 'Name', summary: 'Optional field to send; repeatable' },
    yes: { type: 'boolean', short: 'y', summary: 'Accept every suggestion without a question' },
    ...webFlags,
    'skip-sampling': { type: 'boolean', summary: 'Do not read one record first' },
  },
  examples: [
    'amp install pipelineSync --group quayline --org quayline',
    'amp install pipelineSync -g quayline -o quayline --map forecastNote=Forecast_Note__c --field Amount',
    'amp install pipelineSync -g quayline -o quayline --config quayline.json',
    'amp install pipelineSync -g quayline -o quayline --web',
  ],
  async run(context, { args, flags }) {
    const { AmpError } = await import('../errors/amp-error.ts');
    const { withProject } = await import('./with-project.ts');
    const { openInstallOrg } = await import('./open-install-org.ts');
    const { findInstallable, installFor } = await import('../environments/local/install.ts');
    const { chooseConfig, startConfig } = await import('../environments/local/choose-config.ts');
    const { createDestinationStore } = await import('../destinations/destination-store.ts');
    const { rememberProject } = await import('../environments/local/org-users.ts');
    const { announceInstallation, announceStreamProblem } = await import(
      '../runtime/installations/announce-installation.ts'
    );
    const { assertLocal } = await import('../environments/assert-local.ts');
    assertLocal(context.config, 'Customers install a hosted integration in your product, with its UI library.');
    const groupRef = flags.group;
    if (!groupRef) throw new AmpError({ code: 'usage', message: '--group is missing: for which customer?' });
    if (flags.web && flags.yes)
      throw new AmpError({ code: 'usage', message: '--yes asks nobody and --web asks on a page: give one of them.' });
    return withProject(context, 'change', async (project) => {
      const request = { integration: args.integration!, groupRef };
      const target = findInstallable(project, request);
      const org = await openInstallOrg(context, flags.org);
      const save = (config: InstallationConfig) =>
        installFor(
          project,
          {
            ...request,
            groupName: flags['group-name'],
            consumerRef: flags.consumer,
            consumerName: flags['consumer-name'],
            skipSampling: flags['skip-sampling'] === true,
          },
          { ...target, config },
          org,
          {
            clock: context.clock,
            destinations: createDestinationStore(project.state.db)
              .list()
              .map((destination) => destination.name),
            announce: (installation) => announceInstallation(context, project, 'installation.created', installation),
            announceStreamProblem: (installation, error) =>
              announceStreamProblem(context, project, installation, error),
          },
        );
      const { integration } = target;
      const result = flags.web
        ? await chooseInBrowser(
            context,
            flags,
            {
              integration,
              config: await startConfig(integration, org, context, flags),
              org,
              group: flags['group-name'] ?? groupRef,
              action: 'Install',
            },
            save,
          )
        : await save(await chooseConfig(integration, org, context, flags));
      await rememberProject(context.config.configDir, project.state.dir);
      return { ...result, org: org.alias };
    });
  },
  async view(result, { output }) {
    const { renderInstall } = await import('../views/installations.ts');
    return renderInstall(result, output.style);
  },
});

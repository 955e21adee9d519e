import { defineCommand } from '../../cli/command.ts';
import { hostedFormat, viewHosted } from './hosted-format.ts';

export const listInstallations = defineCommand({
  name: 'list:installations',
  summary: 'Installations of an integration of a hosted project',
  hidden: true,
  args: [{ name: 'integration', summary: 'Id or name of the integration', required: true }],
  flags: hostedFormat,
  examples: ['amp list:installations pipelineSync -p dev'],
  async run(context, { args, flags }) {
    const { listInstallations: list } = await import('../../environments/hosted/lists.ts');
    const { withHosted } = await import('../with-hosted.ts');
    const integration = args.integration;
    return { list: await withHosted(context, (api) => list(api, { integration })), format: flags.format };
  },
  json: ({ list }) => list,
  async view({ list, format }, { output }) {
    const { renderHostedInstallations } = await import('../../views/hosted/lists.ts');
    return viewHosted(list, format, () => renderHostedInstallations(list, output.style));
  },
});

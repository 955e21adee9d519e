import { defineCommand } from '../../cli/command.ts';
import { hostedFormat, viewHosted } from './hosted-format.ts';

export const listIntegrations = defineCommand({
  name: 'list:integrations',
  summary: 'Integrations of a hosted project',
  hidden: true,
  flags: hostedFormat,
  examples: ['amp list:integrations -p dev'],
  async run(context, { flags }) {
    const { listIntegrations: list } = await import('../../environments/hosted/lists.ts');
    const { withHosted } = await import('../with-hosted.ts');
    return { list: await withHosted(context, (api) => list(api)), format: flags.format };
  },
  json: ({ list }) => list,
  async view({ list, format }, { output }) {
    const { renderHostedList } = await import('../../views/hosted/lists.ts');
    return viewHosted(list, format, () =>
      renderHostedList(
        'integrations',
        list,
        [
          ['Name', (one) => one.name],
          ['Provider', (one) => one.provider],
          ['Installations', (one) => String(one.installations)],
          ['Revision', (one) => one.latestRevision?.id],
          ['Id', (one) => one.id],
        ],
        output.style,
      ),
    );
  },
});

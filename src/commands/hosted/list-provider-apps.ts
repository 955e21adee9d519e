import { defineCommand } from '../../cli/command.ts';
import { hostedFormat, viewHosted } from './hosted-format.ts';

export const listProviderApps = defineCommand({
  name: 'list:provider-apps',
  summary: 'OAuth apps of a hosted project',
  hidden: true,
  flags: hostedFormat,
  examples: ['amp list:provider-apps -p dev'],
  async run(context, { flags }) {
    const { listProviderApps: list } = await import('../../environments/hosted/lists.ts');
    const { withHosted } = await import('../with-hosted.ts');
    return { list: await withHosted(context, (api) => list(api)), format: flags.format };
  },
  json: ({ list }) => list,
  async view({ list, format }, { output }) {
    const { renderHostedList } = await import('../../views/hosted/lists.ts');
    return viewHosted(list, format, () =>
      renderHostedList(
        'provider apps',
        list,
        [
          ['Provider', (one) => one.provider],
          ['Client id', (one) => one.clientId],
          ['Id', (one) => one.id],
        ],
        output.style,
      ),
    );
  },
});

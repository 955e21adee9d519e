import { defineCommand } from '../../cli/command.ts';
import { hostedFormat, viewHosted } from './hosted-format.ts';

export const listConnections = defineCommand({
  name: 'list:connections',
  summary: 'Connections of a hosted project',
  hidden: true,
  flags: hostedFormat,
  examples: ['amp list:connections -p dev'],
  async run(context, { flags }) {
    const { listConnections: list } = await import('../../environments/hosted/lists.ts');
    const { withHosted } = await import('../with-hosted.ts');
    return { list: await withHosted(context, (api) => list(api)), format: flags.format };
  },
  json: ({ list }) => list,
  async view({ list, format }, { output }) {
    const { renderHostedList, connectionState } = await import('../../views/hosted/lists.ts');
    return viewHosted(list, format, () =>
      renderHostedList(
        'connections',
        list,
        [
          ['Customer', (one) => one.group?.groupName ?? one.group?.groupRef],
          ['Provider', (one) => one.provider],
          ['State', (one) => connectionState(one.status)],
          ['Id', (one) => one.id],
        ],
        output.style,
      ),
    );
  },
});

import { defineCommand } from '../../cli/command.ts';
import { hostedFormat, viewHosted } from './hosted-format.ts';

export const listDestinations = defineCommand({
  name: 'list:destinations',
  summary: 'Destinations of a hosted project',
  hidden: true,
  flags: hostedFormat,
  examples: ['amp list:destinations -p dev'],
  async run(context, { flags }) {
    const { listDestinations: list } = await import('../../environments/hosted/lists.ts');
    const { withHosted } = await import('../with-hosted.ts');
    return { list: await withHosted(context, (api) => list(api)), format: flags.format };
  },
  json: ({ list }) => list,
  async view({ list, format }, { output }) {
    const { renderHostedList, textOf } = await import('../../views/hosted/lists.ts');
    return viewHosted(list, format, () =>
      renderHostedList(
        'destinations',
        list,
        [
          ['Name', (one) => one.name],
          ['Type', (one) => one.type],
          ['Target', (one) => textOf(one.metadata?.url)],
          ['Id', (one) => one.id],
        ],
        output.style,
      ),
    );
  },
});

import { defineCommand } from '../../cli/command.ts';
import { hostedFormat, viewHosted } from './hosted-format.ts';

export const listProjects = defineCommand({
  name: 'list:projects',
  summary: 'Projects the key opens',
  hidden: true,
  flags: hostedFormat,
  examples: ['amp list:projects -p dev'],
  async run(context, { flags }) {
    const { listProjects: list } = await import('../../environments/hosted/lists.ts');
    const { withKey } = await import('../with-hosted.ts');
    return { list: await withKey(context, (api) => list(api)), format: flags.format };
  },
  json: ({ list }) => list,
  async view({ list, format }, { output }) {
    const { renderHostedList } = await import('../../views/hosted/lists.ts');
    return viewHosted(list, format, () =>
      renderHostedList(
        'projects',
        list,
        [
          ['Name', (one) => one.name],
          ['App', (one) => one.appName],
          ['Id', (one) => one.id],
        ],
        output.style,
      ),
    );
  },
});

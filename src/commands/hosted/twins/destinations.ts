import type { HostedDestination } from '../../../environments/hosted/answers.ts';
import { listDestinations } from '../../../environments/hosted/lists.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';

export const hostedDestinations: HostedTwin = {
  run: (context) => withHosted(context, async (api) => ({ destinations: await listDestinations(api) })),
  async view({ destinations }: { destinations: HostedDestination[] }, { output }) {
    const { renderHostedList, textOf } = await import('../../../views/hosted/lists.ts');
    return renderHostedList(
      'destinations',
      destinations,
      [
        ['Name', ({ name }) => name],
        ['Type', ({ type }) => type],
        ['Target', ({ metadata }) => textOf(metadata?.url)],
        ['Id', ({ id }) => id],
      ],
      output.style,
    );
  },
};

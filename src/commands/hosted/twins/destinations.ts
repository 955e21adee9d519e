import type { HostedDestination } from '../../../environments/hosted/answers.ts';
import { listDestinations } from '../../../environments/hosted/lists.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';
import { destinationColumns } from '../destination-columns.ts';

export const hostedDestinations: HostedTwin = {
  run: (context) => withHosted(context, async (api) => ({ destinations: await listDestinations(api) })),
  async view({ destinations }: { destinations: HostedDestination[] }, { output }) {
    const { renderHostedList } = await import('../../../views/hosted/lists.ts');
    return renderHostedList('destinations', destinations, destinationColumns, output.style);
  },
};

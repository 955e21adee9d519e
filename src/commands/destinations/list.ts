import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const list = orHosted(
  defineCommand({
    name: 'list',
    summary: 'Destinations with what waits for each',
    examples: ['amp destinations', 'amp destinations list --json'],
    async run(context) {
      const { withState } = await import('../with-state.ts');
      const { createDestinationStore } = await import('../../destinations/destination-store.ts');
      const { describeDestination } = await import('../../destinations/describe-destination.ts');
      return withState(context, ({ db }) => ({
        destinations: createDestinationStore(db)
          .list()
          .map((record) => describeDestination(db, record)),
      }));
    },
    async view({ destinations }, { output, clock }) {
      const { renderDestinationList } = await import('../../views/destinations.ts');
      return renderDestinationList(destinations, { style: output.style, width: output.width, now: clock.now() });
    },
  }),
  async () => (await import('../hosted/twins/destinations.ts')).hostedDestinations,
);

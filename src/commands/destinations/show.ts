import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const show = orHosted(
  defineCommand({
    name: 'show',
    summary: 'One destination in full',
    args: [{ name: 'name', summary: 'The destination', required: true }],
    flags: {
      reveal: { type: 'boolean', summary: 'Print the signing secret too' },
    },
    examples: ['amp destinations show crm', 'amp destinations show crm --reveal'],
    async run(context, { args, flags }) {
      const { withState } = await import('../with-state.ts');
      const { createDestinationStore } = await import('../../destinations/destination-store.ts');
      const { describeDestination, listFailures } = await import('../../destinations/describe-destination.ts');
      return withState(context, async ({ db }) => {
        const record = createDestinationStore(db).require(args.name ?? '');
        const summary = {
          ...describeDestination(db, record),
          failures: listFailures(db, record.id, 10),
        };
        if (!flags.reveal) return summary;
        const { openSigningSecrets } = await import('../../destinations/open-secrets.ts');
        const { loadWebhookSecrets } = await import('../../destinations/webhook/secrets.ts');
        const secrets = await loadWebhookSecrets(await openSigningSecrets(context.config, record), record);
        return { ...summary, secret: secrets.current };
      });
    },
    async view(summary, { output, clock }) {
      const { renderDestination } = await import('../../views/destinations.ts');
      return renderDestination(summary, { style: output.style, width: output.width, now: clock.now() });
    },
  }),
  async () => (await import('../hosted/twins/destinations.ts')).hostedDestination,
);

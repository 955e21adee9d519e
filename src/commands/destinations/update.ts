import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';
import { destinationFlags } from './destination-flags.ts';

export const update = orHosted(
  defineCommand({
    name: 'update',
    summary: 'Change where a destination leads; its messages stay',
    description:
      "Name and kind stay, and so does a webhook's signing secret (rotate-secret changes it). Headers are added or replaced; an empty value takes a header, a template or an endpoint away.",
    args: [{ name: 'name', summary: 'The destination', required: true }],
    flags: destinationFlags,
    examples: [
      'amp destinations update crm --url https://example.com/webhooks/v2',
      'amp destinations update lake --access-key-id AKIA… --secret-access-key @key',
    ],
    async run(context, { args, flags }) {
      const { withState } = await import('../with-state.ts');
      const { updateDestination } = await import('../../destinations/update-destination.ts');
      const { describeDestination } = await import('../../destinations/describe-destination.ts');
      const { openDestinationSecrets } = await import('../../destinations/open-secrets.ts');
      const { readDestinationChanges } = await import('./read-destination-input.ts');
      const changes = await readDestinationChanges(context, flags);
      return withState(context, async ({ db }) => {
        const credentials = (destination: Parameters<typeof openDestinationSecrets>[1]) =>
          openDestinationSecrets(context.config, destination);
        const record = await updateDestination({ db, clock: context.clock, credentials }, args.name ?? '', changes);
        return describeDestination(db, record);
      });
    },
    view: ({ name, backlog }, { output: { style } }) =>
      `${style.good('✓')} ${name} is changed${backlog.pending > 0 ? `; ${backlog.pending} waiting messages go there too` : ''}.`,
  }),
  async () => (await import('../hosted/twins/destinations.ts')).hostedDestinationUpdate,
);

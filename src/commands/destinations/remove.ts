import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const remove = orHosted(
  defineCommand({
    name: 'remove',
    summary: 'Remove a destination and its secret',
    args: [{ name: 'name', summary: 'The destination', required: true }],
    flags: {
      force: { type: 'boolean', summary: 'Also when messages are waiting: they go with it' },
      yes: { type: 'boolean', short: 'y', summary: 'Do not ask' },
    },
    examples: ['amp destinations remove crm', 'amp destinations remove crm --force --yes'],
    async run(context, { args, flags }) {
      const { withState } = await import('../with-state.ts');
      const { removeDestination } = await import('../../destinations/remove-destination.ts');
      const name = args.name ?? '';
      return withState(context, async ({ db }) => {
        const confirmed = flags.yes || flags.force;
        const ask = () => context.prompt.confirm(`Remove ${name} and its stored messages?`, { flag: '--yes' });
        return removeDestination(context, db, {
          name,
          force: flags.force ?? false,
          confirm: async () => confirmed || ask(),
        });
      });
    },
    view: ({ removed, destination, messages }, { output: { style } }) =>
      removed
        ? `${style.good('✓')} ${destination} is removed${messages > 0 ? ` with ${messages} stored messages` : ''}.`
        : 'Nothing was removed.',
  }),
  async () => (await import('../hosted/twins/destinations.ts')).hostedDestinationRemoval,
);

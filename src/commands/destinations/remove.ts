import { defineCommand } from '../../cli/command.ts';
import { countOf } from '../../platform/group-digits.ts';
import { orHosted } from '../or-hosted.ts';

export const remove = orHosted(
  defineCommand({
    name: 'remove',
    summary: 'Remove a destination and its secret',
    description:
      'Asks first, and names what still sends there: reads and events of the deployed manifest fail until the destination exists again.',
    args: [{ name: 'name', summary: 'The destination', required: true }],
    flags: {
      force: { type: 'boolean', summary: 'Also when messages are waiting: they go with it' },
      yes: { type: 'boolean', short: 'y', summary: 'Do not ask' },
    },
    examples: ['amp destinations remove crm', 'amp destinations remove crm --force --yes'],
    async run(context, { args, flags }) {
      const { withState } = await import('../with-state.ts');
      const { removeDestination } = await import('../../destinations/remove-destination.ts');
      const { destinationUses } = await import('../../status/destination-uses.ts');
      const name = args.name ?? '';
      return withState(context, async (state) => {
        const usedBy = destinationUses(state, name);
        const confirmed = flags.yes || flags.force;
        const ask = () => context.prompt.confirm(question(name, usedBy), { flag: '--yes' });
        const removed = await removeDestination(context, state.db, {
          name,
          force: flags.force ?? false,
          confirm: async () => confirmed || ask(),
        });
        return { ...removed, usedBy };
      });
    },
    async view({ removed, destination, messages, usedBy }, { output: { style, width } }) {
      if (!removed) return 'Nothing was removed.';
      const head = `${style.good('✓')} ${destination} is removed${messages > 0 ? ` with ${countOf(messages, 'stored message')}` : ''}.`;
      if (usedBy.length === 0) return head;
      const { wrapText } = await import('../../output/terminal-text.ts');
      const missing = wrapText(
        `Still named by ${namesText(usedBy)}. What they send fails until it is added again.`,
        width - 2,
      );
      return `${head}\n${style.warn('!')} ${missing.join('\n  ')}`;
    },
  }),
  async () => (await import('../hosted/twins/destinations.ts')).hostedDestinationRemoval,
);

function question(name: string, usedBy: readonly string[]): string {
  const uses = usedBy.length > 0 ? ` It is named by ${namesText(usedBy)}.` : '';
  return `Remove ${name} and its stored messages?${uses}`;
}

/** The first three, and how many more. */
function namesText(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return names.slice(0, 3).join(', ') + more;
}

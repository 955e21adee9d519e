import { defineCommand } from '../../cli/command.ts';

export const enable = defineCommand({
  name: 'enable',
  summary: 'Resume a disabled destination: what waits is due at once',
  args: [{ name: 'name', summary: 'The destination', required: true }],
  examples: ['amp destinations enable crm'],
  async run(context, { args }) {
    const { withState } = await import('../with-state.ts');
    const { createDestinationStore } = await import('../../destinations/destination-store.ts');
    const { describeDestination } = await import('../../destinations/describe-destination.ts');
    return withState(context, ({ db }) => {
      const store = createDestinationStore(db, () => context.clock.now());
      store.enable(store.require(args.name ?? '').id);
      return describeDestination(db, store.require(args.name ?? ''));
    });
  },
  view: ({ name, backlog }, { output: { style } }) =>
    `${style.good('✓')} ${name} is enabled${backlog.pending > 0 ? `; ${backlog.pending} waiting messages are due now` : ''}.`,
});

import { defineCommand } from '../../cli/command.ts';

export const disable = defineCommand({
  name: 'disable',
  summary: 'Hold messages back; they are kept',
  args: [{ name: 'name', summary: 'The destination', required: true }],
  examples: ['amp destinations disable crm'],
  async run(context, { args }) {
    const { withState } = await import('../with-state.ts');
    const { createDestinationStore } = await import('../../destinations/destination-store.ts');
    const { describeDestination } = await import('../../destinations/describe-destination.ts');
    return withState(context, ({ db }) => {
      const store = createDestinationStore(db, () => context.clock.now());
      store.disable(store.require(args.name ?? '').id, 'Disabled by hand.');
      return describeDestination(db, store.require(args.name ?? ''));
    });
  },
  view: ({ name }, { output: { style } }) =>
    `${style.good('✓')} ${name} is disabled; its messages are kept. Resume with amp destinations enable ${name}.`,
});

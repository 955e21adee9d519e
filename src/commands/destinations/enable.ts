import { defineCommand } from '../../cli/command.ts';

export const enable = defineCommand({
  name: 'enable',
  summary: 'Resume a disabled destination',
  args: [{ name: 'name', summary: 'The destination', required: true }],
  examples: ['amp destinations enable crm'],
  async run(context, { args }) {
    const { withState } = await import('../with-state.ts');
    const { enableDestination } = await import('../../destinations/enable-destination.ts');
    return withState(context, ({ db }) => enableDestination(db, context.clock, args.name ?? ''));
  },
  view: ({ name, backlog }, { output: { style } }) =>
    `${style.good('✓')} ${name} is enabled${backlog.pending > 0 ? `; ${backlog.pending} waiting messages are due now` : ''}.`,
});

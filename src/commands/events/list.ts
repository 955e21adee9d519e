import { defineCommand } from '../../cli/command.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Stored messages, newest first',
  flags: {
    state: {
      type: 'strings',
      choices: ['pending', 'delivered', 'dead'],
      placeholder: 'state',
      summary: 'pending, delivered or dead; repeatable',
    },
    destination: { type: 'string', placeholder: 'name', summary: 'Only for this destination' },
    topic: { type: 'string', placeholder: 'topic', summary: 'Only of this topic: read, subscribe, …' },
    operation: { type: 'string', placeholder: 'id', summary: 'Only of this operation' },
    since: { type: 'string', placeholder: 'time', summary: 'Stored since: ISO time, or 15m, 2h, 7d' },
    until: { type: 'string', placeholder: 'time', summary: 'Stored until' },
    limit: { type: 'number', integer: true, min: 1, max: 10_000, default: 50, summary: 'At most so many' },
  },
  examples: ['amp events', 'amp events list --state dead', 'amp events list --destination crm --since 2h --json'],
  async run(context, { flags }) {
    const { withState } = await import('../with-state.ts');
    const { listEvents } = await import('../../destinations/stored-events.ts');
    const { readEventFilter } = await import('./read-event-filter.ts');
    const filter = readEventFilter(flags, context.clock.now());
    return withState(context, ({ db }) => ({ events: listEvents(db, filter, flags.limit ?? 50) }));
  },
  async view({ events }, { output, clock }) {
    const { renderEventList } = await import('../../views/events.ts');
    return renderEventList(events, { style: output.style, width: output.width, now: clock.now() });
  },
});

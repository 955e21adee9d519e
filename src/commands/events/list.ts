import { defineCommand } from '../../cli/command.ts';
import { eventFilterFlags, readEventFilter } from './event-filter.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Stored messages, newest first',
  flags: {
    ...eventFilterFlags,
    limit: { type: 'number', integer: true, min: 1, max: 10_000, default: 50, summary: 'At most so many' },
  },
  examples: ['amp events', 'amp events list --state dead', 'amp events list --destination crm --since 2h --json'],
  async run(context, { flags }) {
    const { withState } = await import('../with-state.ts');
    const { listEvents } = await import('../../destinations/stored-events.ts');
    const filter = await readEventFilter(flags, context.clock.now());
    return withState(context, ({ db }) => ({ events: listEvents(db, filter, flags.limit ?? 50) }));
  },
  async view({ events }, { output, clock }) {
    const { renderEventList } = await import('../../views/events.ts');
    return renderEventList(events, { style: output.style, width: output.width, now: clock.now() });
  },
});

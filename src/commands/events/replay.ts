import { defineCommand } from '../../cli/command.ts';
import { eventFilterFlags, readEventFilter } from './event-filter.ts';

export const replay = defineCommand({
  name: 'replay',
  summary: 'Send stored messages again',
  description:
    'Same id, same bytes, a fresh retry schedule, and the header x-amp-replay. Name messages by id, or select them with flags. With --to they go to another address instead, signed with the secret of their own destination; files saved by amp listen can be replayed that way too.',
  args: [{ name: 'events', summary: 'Ids, or files saved by amp listen', variadic: true }],
  flags: {
    ...eventFilterFlags,
    to: { type: 'string', placeholder: 'url', summary: 'Send them here once, outside the outbox' },
    wait: { type: 'number', placeholder: 'seconds', min: 0, default: 60, summary: 'How long to wait for delivery' },
  },
  examples: [
    'amp events replay msg_00VbeQi',
    'amp events replay --state dead --destination crm',
    'amp events replay --since 2h --to http://localhost:4000',
  ],
  async run(context, { args, flags }) {
    const { withState } = await import('../with-state.ts');
    const filter = await readEventFilter(flags, context.clock.now());
    if (args.rest.length === 0 && Object.keys(filter).length === 0) {
      const { AmpError } = await import('../../errors/amp-error.ts');
      throw new AmpError({ code: 'usage', message: 'Name the events to replay, or select them: --state dead.' });
    }
    const { deliverySettings } = await import('../../destinations/delivery-settings.ts');
    const settings = deliverySettings(context);
    return withState(context, async (state) => {
      const selection = { ...filter, given: args.rest };
      if (flags.to !== undefined) {
        const { forwardEvents } = await import('../../destinations/forward-events.ts');
        return forwardEvents(state.db, selection, { ...settings, url: flags.to });
      }
      const { replayAndDeliver } = await import('../../destinations/replay-and-deliver.ts');
      return replayAndDeliver(state, selection, { ...settings, limitMs: (flags.wait ?? 60) * 1000 });
    });
  },
  exit: (result) => (result.dead === 0 && result.failed === 0 ? 'ok' : 'failed'),
  async view(result, { output }) {
    const { renderReplay } = await import('../../views/events.ts');
    return renderReplay(result, output.style);
  },
});

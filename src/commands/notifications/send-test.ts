import { defineCommand } from '../../cli/command.ts';
import type { NotificationType } from '../../notifications/notification.ts';

export const sendTest = defineCommand({
  name: 'send-test',
  summary: 'Send an example of an event over its routes',
  description:
    'The message has the shape of a real one with made-up facts, goes through the same outbox, and opens no incident.',
  args: [{ name: 'type', summary: 'Event type (default: connection.error)' }],
  flags: {
    destination: {
      type: 'strings',
      placeholder: 'name',
      summary: 'To these destinations, whatever the routes; repeatable',
    },
  },
  examples: ['amp notifications send-test', 'amp notifications send-test read.schedule.paused --destination pager'],
  async run(context, { args, flags }) {
    const { withState } = await import('../with-state.ts');
    const { sendExample } = await import('../../notifications/send-example.ts');
    const { loadBase } = await import('../../environments/local/revisions.ts');
    return withState(context, (state) =>
      sendExample(state.db, (args.type ?? 'connection.error') as NotificationType, {
        clock: context.clock,
        projectId: loadBase(state.db).lineage,
        ...(flags.destination ? { destinations: flags.destination } : {}),
      }),
    );
  },
  view: ({ type, messages, destinations }) =>
    `Put ${messages.length === 1 ? 'one message' : `${messages.length} messages`} for ${type} into the outbox of ${destinations.join(', ')}.`,
});

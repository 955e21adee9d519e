import { defineCommand } from '../../cli/command.ts';
import type { NotificationType } from '../../notifications/notification.ts';

const deliveryLimitMs = 20_000;

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
    const { deliverPending } = await import('../../destinations/sender/deliver-pending.ts');
    const { deliverySettings } = await import('../../destinations/delivery-settings.ts');
    return withState(context, async (state) => {
      const sent = sendExample(state.db, (args.type ?? 'connection.error') as NotificationType, {
        clock: context.clock,
        projectId: loadBase(state.db).lineage,
        ...(flags.destination ? { destinations: flags.destination } : {}),
      });
      // One attempt each; what fails is repeated by its schedule.
      const { failed, problems } = await deliverPending({
        state,
        ...deliverySettings(context),
        until: 'idle',
        limitMs: deliveryLimitMs,
      });
      return { ...sent, delivered: failed === 0 && problems.length === 0 };
    });
  },
  exit: (result) => (result.delivered ? 'ok' : 'failed'),
  view: ({ type, destinations, delivered }) =>
    delivered
      ? `Sent ${type} to ${destinations.join(', ')}.`
      : `${type} is in the outbox, but not everything was delivered: amp destinations show ${destinations[0]}`,
});

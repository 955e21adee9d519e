import { defineCommand } from '../../cli/command.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'What was told lately, and which incidents are open',
  flags: { limit: { type: 'number', integer: true, min: 1, max: 1000, default: 20, summary: 'The newest so many' } },
  examples: ['amp notifications', 'amp notifications list --json'],
  async run(context, { flags }) {
    const { withState } = await import('../with-state.ts');
    const { listNotifications } = await import('../../notifications/notifier.ts');
    const { listOpenIncidents } = await import('../../notifications/notification-incidents.ts');
    return withState(context, ({ db }) => ({
      incidents: listOpenIncidents(db),
      notifications: listNotifications(db, flags.limit ?? 20),
    }));
  },
  async view(result, { output, clock }) {
    const { renderNotificationList } = await import('../../views/notifications.ts');
    return renderNotificationList(result, { style: output.style, width: output.width, now: clock.now() });
  },
});

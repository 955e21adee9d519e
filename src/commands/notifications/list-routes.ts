import { defineCommand } from '../../cli/command.ts';

export const listRoutes = defineCommand({
  name: 'list',
  summary: 'Every event type with its routes',
  description: 'An event type without a route, and a topic without a destination, are not sent.',
  examples: ['amp notifications routes', 'amp notifications routes --json'],
  async run(context) {
    const { withState } = await import('../with-state.ts');
    const { createNotificationRoutes } = await import('../../notifications/routes.ts');
    const { notificationTypes } = await import('../../notifications/notification.ts');
    return withState(context, ({ db }) => {
      const routes = createNotificationRoutes(db).list();
      const routed = new Set(routes.map((route) => route.type));
      return { routes, unrouted: notificationTypes.filter((type) => !routed.has(type)) };
    });
  },
  async view(result, { output }) {
    const { renderRoutes } = await import('../../views/notifications.ts');
    return renderRoutes(result, { style: output.style, width: output.width });
  },
});

import { defineGroup } from '../../cli/command.ts';

export const routes = defineGroup({
  name: 'routes',
  summary: 'Which event goes over which topic to which destination',
  defaultCommand: 'list',
  commands: [
    {
      name: 'list',
      summary: 'Every event type with its routes',
      load: async () => (await import('./list-routes.ts')).listRoutes,
    },
    {
      name: 'add',
      summary: 'Send events over a topic to destinations',
      load: async () => (await import('./change-routes.ts')).addRoutes,
    },
    {
      name: 'remove',
      summary: 'Take events or destinations off a topic',
      load: async () => (await import('./change-routes.ts')).removeRoutes,
    },
  ],
});

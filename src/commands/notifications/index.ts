import { defineGroup } from '../../cli/command.ts';

export const notifications = defineGroup({
  name: 'notifications',
  summary: 'Where the project hears of what happens',
  defaultCommand: 'list',
  commands: [
    {
      name: 'list',
      summary: 'What was told lately, and which incidents are open',
      load: async () => (await import('./list.ts')).list,
    },
    {
      name: 'routes',
      summary: 'Which event goes over which topic to which destination',
      load: async () => (await import('./routes.ts')).routes,
    },
    {
      name: 'send-test',
      summary: 'Send an example of an event over its routes',
      load: async () => (await import('./send-test.ts')).sendTest,
    },
  ],
});

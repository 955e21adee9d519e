import { defineGroup } from '../../cli/command.ts';

export const operations = defineGroup({
  name: 'operations',
  summary: 'What ran, for whom, and how it ended',
  defaultCommand: 'list',
  commands: [
    {
      name: 'list',
      summary: 'Operations, newest first',
      load: async () => (await import('./list.ts')).list,
    },
    {
      name: 'show',
      summary: 'One operation with its timeline',
      load: async () => (await import('./show.ts')).show,
    },
  ],
});

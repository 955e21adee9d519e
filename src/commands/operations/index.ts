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
    {
      name: 'explain',
      summary: 'Why an operation failed, what it touches, what to do',
      load: async () => (await import('./explain.ts')).explain,
    },
    {
      name: 'export',
      summary: 'Write an operation to one file that opens offline',
      load: async () => (await import('./export.ts')).exportOperation,
    },
    {
      name: 'prune',
      summary: 'Forget operations older than the retention time',
      load: async () => (await import('./prune.ts')).prune,
    },
  ],
});

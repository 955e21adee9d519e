import { defineGroup } from '../../cli/command.ts';

export const revisions = defineGroup({
  name: 'revisions',
  summary: 'What was deployed, when and by whom',
  defaultCommand: 'list',
  commands: [
    { name: 'list', summary: 'Every revision, newest first', load: async () => (await import('./list.ts')).list },
    {
      name: 'show',
      summary: 'One revision, its manifest and changes',
      load: async () => (await import('./show.ts')).show,
    },
  ],
});

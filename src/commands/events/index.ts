import { defineGroup } from '../../cli/command.ts';

export const events = defineGroup({
  name: 'events',
  summary: 'Stored messages: waiting, delivered, given up',
  defaultCommand: 'list',
  commands: [
    { name: 'list', summary: 'Stored messages, newest first', load: async () => (await import('./list.ts')).list },
    { name: 'show', summary: 'One message with its body', load: async () => (await import('./show.ts')).show },
    {
      name: 'replay',
      summary: 'Send stored messages again',
      load: async () => (await import('./replay.ts')).replay,
    },
  ],
});

import { defineGroup } from '../../cli/command.ts';

export const installations = defineGroup({
  name: 'installations',
  summary: 'Who has what installed',
  defaultCommand: 'list',
  commands: [
    { name: 'list', summary: 'Every installation', load: async () => (await import('./list.ts')).list },
    { name: 'show', summary: 'One installation with its config', load: async () => (await import('./show.ts')).show },
    {
      name: 'update',
      summary: 'Change choices, config or connection',
      load: async () => (await import('./update.ts')).update,
    },
    {
      name: 'pause',
      summary: 'Stop scheduled reads, all or of some objects',
      load: async () => (await import('./pause.ts')).pause,
    },
    {
      name: 'resume',
      summary: 'Let paused reads go on from where they stopped',
      load: async () => (await import('./resume.ts')).resume,
    },
    {
      name: 'remove',
      summary: 'Uninstall: its reads, subscriptions and waiting messages end',
      load: async () => (await import('./remove.ts')).remove,
    },
  ],
});

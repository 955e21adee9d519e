import { defineGroup } from '../../cli/command.ts';

export const destinations = defineGroup({
  name: 'destinations',
  summary: 'Where messages go: webhooks, streams, buckets, folders',
  defaultCommand: 'list',
  commands: [
    {
      name: 'list',
      summary: 'Destinations with what waits for each',
      load: async () => (await import('./list.ts')).list,
    },
    {
      name: 'add',
      summary: 'Add a webhook, stream, bucket, folder or stdout',
      load: async () => (await import('./add.ts')).add,
    },
    {
      name: 'update',
      summary: 'Change where a destination leads; its messages stay',
      load: async () => (await import('./update.ts')).update,
    },
    { name: 'show', summary: 'One destination in full', load: async () => (await import('./show.ts')).show },
    {
      name: 'test',
      summary: 'Send a signed sample and show the answer',
      load: async () => (await import('./test.ts')).test,
    },
    {
      name: 'rotate-secret',
      summary: 'Make a new signing secret; the old one lasts 24 hours',
      load: async () => (await import('./rotate-secret.ts')).rotateSecret,
    },
    {
      name: 'enable',
      summary: 'Resume a disabled destination',
      load: async () => (await import('./enable.ts')).enable,
    },
    {
      name: 'disable',
      summary: 'Hold messages back; they are kept',
      load: async () => (await import('./disable.ts')).disable,
    },
    {
      name: 'remove',
      summary: 'Remove a destination and its secret',
      load: async () => (await import('./remove.ts')).remove,
    },
  ],
});

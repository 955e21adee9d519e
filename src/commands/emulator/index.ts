import { defineGroup } from '../../cli/command.ts';

export const emulator = defineGroup({
  name: 'emulator',
  summary: 'A Salesforce-compatible org on your own machine',
  commands: [
    {
      name: 'start',
      summary: 'Start a Salesforce-compatible org on this machine',
      load: async () => (await import('./start.ts')).start,
    },
    { name: 'stop', summary: 'Stop a running emulator', load: async () => (await import('./stop.ts')).stop },
    {
      name: 'status',
      summary: 'What runs, and how to sign in',
      load: async () => (await import('./status.ts')).status,
    },
    {
      name: 'change',
      summary: 'Change the emulated org behind the client: records, schema, clock, settings',
      load: async () => (await import('./change.ts')).change,
    },
    {
      name: 'fault',
      summary: 'Make the emulator fail on demand',
      load: async () => (await import('./fault.ts')).fault,
    },
    {
      name: 'ledger',
      summary: 'Export what was committed, and when',
      load: async () => (await import('./ledger.ts')).ledger,
    },
  ],
});

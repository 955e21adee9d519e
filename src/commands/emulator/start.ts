import { defineCommand } from '../../cli/command.ts';

export const start = defineCommand({
  name: 'start',
  summary: 'Start a Salesforce-compatible org on this machine',
  description:
    'Real clients (sf, jsforce, amp) work with it unmodified. It listens on loopback only, its secrets are made up, and it runs until Ctrl-C, or with --detach until amp emulator stop.',
  flags: {
    port: {
      type: 'number',
      integer: true,
      min: 0,
      max: 65535,
      default: 7575,
      placeholder: 'port',
      summary: 'Port; 0 takes any',
    },
    seed: {
      type: 'string',
      placeholder: 'name|file',
      default: 'crm',
      summary: 'crm (some thousands of related rows), large (1,000,000 contacts), empty, or a JSON file of records',
    },
    data: {
      type: 'string',
      placeholder: 'file.db',
      summary: 'Keep the org in this file; it is taken as it is next time',
    },
    records: { type: 'strings', placeholder: 'object=n', summary: 'How many rows of an object; repeatable' },
    'org-number': {
      type: 'number',
      integer: true,
      min: 1,
      max: 999_999,
      default: 1,
      placeholder: 'n',
      summary: 'Makes the id of a new org; two customers at once need two',
    },
    rotation: {
      type: 'string',
      choices: ['off', 'strict', 'lenient'],
      placeholder: 'mode',
      summary: 'Refresh tokens: off (default), strict (single use, reuse revokes) or lenient',
    },
    'secret-prefix': {
      type: 'string',
      placeholder: 'text',
      summary: 'Every secret starts with it, so that leaks can be searched for',
    },
    'redirect-uri': { type: 'strings', placeholder: 'url', summary: 'Callback address of the default app; repeatable' },
    'jwt-certificate': {
      type: 'string',
      placeholder: 'file',
      summary: 'Certificate or public key (PEM) for JWT sign-in',
    },
    faults: { type: 'string', placeholder: 'file', summary: 'Faults to begin with, a JSON array' },
    apex: { type: 'string', placeholder: 'file', summary: 'Routes of /services/apexrest/, a JSON array' },
    tls: { type: 'boolean', summary: 'Listen with TLS too; its certificate authority is at /__emulator/ca' },
    detach: { type: 'boolean', summary: 'Run in the background' },
  },
  examples: [
    'amp emulator start',
    'amp emulator start --seed large --port 7600',
    'amp emulator start --data org.db --detach',
    'amp emulator start --port 7576 --org-number 2',
    'amp emulator start --records contact=50000 --json',
  ],
  json: 'stream',
  async run(context, { flags }) {
    const { runEmulator } = await import('./run-emulator.ts');
    await runEmulator(context, flags);
  },
});

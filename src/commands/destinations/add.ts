import { defineCommand } from '../../cli/command.ts';

export const add = defineCommand({
  name: 'add',
  summary: 'Add a webhook, folder or stdout',
  description:
    'A webhook gets a signing secret of its own, printed once here and kept with your credentials. A header value of - is read from stdin, @file from a file, so that secrets stay off the command line.',
  args: [{ name: 'name', summary: 'As the manifest names it', required: true }],
  flags: {
    url: { type: 'string', placeholder: 'url', summary: 'Webhook: an https address' },
    folder: { type: 'string', placeholder: 'dir', summary: 'Folder: one NDJSON file a topic' },
    stdout: { type: 'boolean', summary: 'Standard output: one message a line' },
    header: { type: 'strings', placeholder: 'name=value', summary: 'Sent with every message; repeatable' },
    'allow-private-network': {
      type: 'boolean',
      summary: 'Development: permit http on this machine and private addresses',
    },
  },
  examples: [
    'amp destinations add crm --url https://example.com/webhooks/amp',
    'amp destinations add crm --url http://localhost:4000 --allow-private-network',
    'amp destinations add archive --folder ./messages',
  ],
  async run(context, { args, flags }) {
    const { withState } = await import('../with-state.ts');
    const { addDestination } = await import('../../destinations/add-destination.ts');
    const { chooseCredentialStore } = await import('../../credentials/policy.ts');
    const { readDestinationInput } = await import('./read-destination-input.ts');
    const input = await readDestinationInput(context, args.name ?? '', flags);
    return withState(context, ({ db }) =>
      addDestination({ db, clock: context.clock, credentials: () => chooseCredentialStore(context.config) }, input),
    );
  },
  async view(added, { output }) {
    const { renderAddedDestination } = await import('../../views/destinations.ts');
    return renderAddedDestination(added, output.style);
  },
});

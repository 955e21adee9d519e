import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';
import { destinationFlags } from './destination-flags.ts';

export const add = orHosted(
  defineCommand({
    name: 'add',
    summary: 'Add a webhook, stream, bucket, folder or stdout',
    description:
      'A webhook gets a signing secret of its own, printed once here and kept with your credentials. A secret or header value of - is read from stdin, @file from a file, so that secrets stay off the command line; AMP_AWS_SECRET_ACCESS_KEY and AMP_AWS_SESSION_TOKEN are read too. Key templates are JMESPath, and checked now.',
    args: [{ name: 'name', summary: 'As the manifest names it', required: true }],
    flags: {
      ...destinationFlags,
      stdout: { type: 'boolean', summary: 'Standard output: one message a line' },
    },
    examples: [
      'amp destinations add crm --url https://example.com/webhooks/amp',
      'amp destinations add crm --url http://localhost:4000 --allow-private-network',
      'amp destinations add stream --kinesis amp-events --region eu-central-1 --access-key-id AKIA… --secret-access-key @key',
      'amp destinations add lake --s3 acme-lake --region us-east-1 --access-key-id AKIA… --object-key "join(\'/\', [time.date, metadata.\\"event-id\\"])"',
      'amp destinations add archive --folder ./messages',
    ],
    async run(context, { args, flags }) {
      const { withState } = await import('../with-state.ts');
      const { addDestination } = await import('../../destinations/add-destination.ts');
      const { chooseCredentialStore } = await import('../../credentials/policy.ts');
      const { readNewDestination } = await import('./read-destination-input.ts');
      const input = await readNewDestination(context, args.name ?? '', flags);
      return withState(context, ({ db }) =>
        addDestination({ db, clock: context.clock, credentials: () => chooseCredentialStore(context.config) }, input),
      );
    },
    async view(added, { output }) {
      const { renderAddedDestination } = await import('../../views/destinations.ts');
      return renderAddedDestination(added, output.style);
    },
  }),
  async () => (await import('../hosted/twins/destinations.ts')).hostedDestinationAdd,
);

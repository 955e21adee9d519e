import { defineCommand } from '../../cli/command.ts';

export const test = defineCommand({
  name: 'test',
  summary: 'Send a signed sample and show the answer',
  args: [{ name: 'name', summary: 'The destination', required: true }],
  examples: ['amp destinations test crm'],
  async run(context, { args }) {
    const { withState } = await import('../with-state.ts');
    const { createDestinationStore } = await import('../../destinations/destination-store.ts');
    const { testDestination } = await import('../../destinations/test-destination.ts');
    const { credentialsByDestination } = await import('../../destinations/open-secrets.ts');
    return withState(context, ({ db }) =>
      testDestination(createDestinationStore(db).require(args.name ?? ''), {
        credentials: credentialsByDestination(context.config),
        now: () => context.clock.now(),
        userAgent: `amp/${context.version}`,
        stdout: (bytes) => context.output.bytes(bytes),
      }),
    );
  },
  exit: (result) => (result.accepted ? 'ok' : 'failed'),
  async view(result, { output }) {
    const { renderDestinationTest } = await import('../../views/destinations.ts');
    return renderDestinationTest(result, { style: output.style, width: output.width });
  },
});

import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const rotateSecret = orHosted(
  defineCommand({
    name: 'rotate-secret',
    summary: 'Make a new signing secret; the old one lasts 24 hours',
    description:
      'For 24 hours every message carries both signatures, so the receiver can change over at any moment of it.',
    args: [{ name: 'name', summary: 'The webhook', required: true }],
    examples: ['amp destinations rotate-secret crm'],
    async run(context, { args }) {
      const { withState } = await import('../with-state.ts');
      const { rotateDestinationSecret } = await import('../../destinations/rotate-secret.ts');
      return withState(context, ({ db }) => rotateDestinationSecret(context, db, args.name ?? ''));
    },
    async view(rotated, { output, clock }) {
      const { renderRotatedSecret } = await import('../../views/destinations.ts');
      return renderRotatedSecret(rotated, { style: output.style, width: output.width, now: clock.now() });
    },
  }),
  async () => (await import('../hosted/twins/destinations.ts')).hostedRotation,
);

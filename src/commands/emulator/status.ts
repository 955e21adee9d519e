import { defineCommand } from '../../cli/command.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'What runs, and how to sign in',
  flags: {
    port: {
      type: 'number',
      integer: true,
      min: 1,
      max: 65535,
      placeholder: 'port',
      summary: 'Only the one on this port',
    },
  },
  examples: ['amp emulator status', 'amp emulator status --json'],
  async run(context, { flags }) {
    const { emulatorStatus } = await import('../../providers/salesforce/index.ts');
    const all = await emulatorStatus(context.config.dataDir);
    return {
      emulators: all.filter(
        ({ address }) => flags.port === undefined || Number(new URL(address.url).port) === flags.port,
      ),
    };
  },
  exit: (result) => (result.emulators.length > 0 ? 'ok' : 'failed'),
  async view(result, context) {
    const { renderStatus } = await import('../../views/emulator.ts');
    return renderStatus(result.emulators, context.output.style);
  },
});

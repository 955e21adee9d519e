import { defineCommand } from '../../cli/command.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'What runs, and how to sign in',
  examples: ['amp emulator status', 'amp emulator status --json'],
  async run(context) {
    const { emulatorStatus } = await import('../../providers/salesforce/index.ts');
    return { emulators: await emulatorStatus(context.config.dataDir) };
  },
  exit: (result) => (result.emulators.length > 0 ? 'ok' : 'failed'),
  async view(result, context) {
    const { renderStatus } = await import('../../views/emulator.ts');
    return renderStatus(result.emulators, context.output.style);
  },
});

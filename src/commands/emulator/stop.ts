import { defineCommand } from '../../cli/command.ts';

export const stop = defineCommand({
  name: 'stop',
  summary: 'Stop a running emulator',
  flags: {
    port: {
      type: 'number',
      integer: true,
      min: 1,
      max: 65535,
      placeholder: 'port',
      summary: 'Which one, when several run',
    },
  },
  examples: ['amp emulator stop', 'amp emulator stop --port 7575'],
  async run(context, { flags }) {
    const { stopEmulator } = await import('../../providers/salesforce/index.ts');
    return stopEmulator(context.config.dataDir, flags.port);
  },
  view: ({ url }, context) => `${context.output.style.good('✓')} Stopped the emulator at ${url}`,
});

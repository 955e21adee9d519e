import { defineCommand } from '../../cli/command.ts';

export const fault = defineCommand({
  name: 'fault',
  summary: 'Make the emulator fail on demand',
  description:
    'Each fault makes one trap of the real platform: `fault list` names them all. A fault meets the next matching call; --count, --rate and --skip say how often, --path and --method which calls.',
  args: [
    { name: 'action', summary: 'add, list, clear, or apply (faults from a JSON file)', required: true },
    { name: 'name', summary: 'Fault to add, number to clear, or file to apply' },
  ],
  flags: {
    count: { type: 'number', integer: true, min: 0, placeholder: 'n', summary: 'How many calls it meets; 0 = all' },
    rate: { type: 'number', min: 0, max: 1, placeholder: 'share', summary: 'Share of the matching calls, 0 to 1' },
    skip: { type: 'number', integer: true, min: 0, placeholder: 'n', summary: 'Let so many matching calls pass first' },
    path: { type: 'string', placeholder: 'text', summary: 'Only calls whose path contains this' },
    method: { type: 'string', placeholder: 'method', summary: 'Only calls with this method' },
    at: { type: 'number', integer: true, min: 0, placeholder: 'byte', summary: 'Where cut and stall faults strike' },
    ms: { type: 'number', integer: true, min: 0, placeholder: 'ms', summary: 'How long delay faults take' },
    rows: { type: 'number', integer: true, min: 0, placeholder: 'n', summary: 'Rows of a short page' },
    port: {
      type: 'number',
      integer: true,
      min: 1,
      max: 65535,
      placeholder: 'port',
      summary: 'Which emulator, when several run',
    },
  },
  examples: [
    'amp emulator fault list',
    'amp emulator fault add session-expired --count 1',
    'amp emulator fault add cut-rst --at 20000 --path /results',
    'amp emulator fault add error-503-html --rate 0.1',
    'amp emulator fault clear',
  ],
  async run(context, { args, flags }) {
    const { steerFaults } = await import('./steer-faults.ts');
    return steerFaults(context, { action: args.action ?? '', name: args.name, flags });
  },
  async view(result, context) {
    const { renderFaults } = await import('../../views/emulator.ts');
    return renderFaults(result, context.output.style);
  },
});

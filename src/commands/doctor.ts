import { defineCommand } from '../cli/command.ts';
import type { Examination } from '../doctor/doctor.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Find what keeps amp from working, and how to repair it',
  description:
    'Node, TLS, ports, file modes, the state file, the credential store, each org (reach, clock, version, allowance), and what this manifest needs of the connected user. Ends with 1 when a check failed.',
  flags: {
    org: { type: 'string', placeholder: 'alias', summary: 'This org instead of those of the project' },
    offline: { type: 'boolean', summary: 'Ask no org' },
  },
  examples: ['amp doctor', 'amp doctor --offline', 'amp doctor --org acme --json'],
  async run(context, { flags }): Promise<Examination> {
    const { examine } = await import('../doctor/doctor.ts');
    const progress = context.output.progress('Looking at everything amp stands on');
    try {
      return await examine({ ...context, offline: flags.offline === true, org: flags.org });
    } finally {
      progress.stop();
    }
  },
  exit: (result) => (result.healthy ? 'ok' : 'failed'),
  async view(result, { output }) {
    const { renderExamination } = await import('../views/doctor.ts');
    return renderExamination(result, { style: output.style, width: output.width });
  },
});

import { defineCommand } from '../../cli/command.ts';

export const drift = defineCommand({
  name: 'drift',
  summary: "Show what changed in an org's schema, and what it breaks",
  description:
    'Describes every object that installations of the org read (without one: that amp.yaml reads) and compares it with the baseline, which the first look makes: fields that came, went, are hidden or changed. ' +
    'Says which mappings, filters and writes that affects. Ends with 1 when something breaks or an object could not be described. --accept makes what is there now the new baseline.',
  args: [{ name: 'org', summary: 'Alias, username or org id (default: the default org)' }],
  flags: {
    org: { type: 'string', short: 'o', placeholder: 'alias', summary: 'The same as the argument' },
    group: {
      type: 'string',
      short: 'g',
      placeholder: 'ref',
      summary: "A customer's org, and only their installations",
    },
    all: { type: 'boolean', summary: 'Every org that has an installation' },
    accept: { type: 'boolean', summary: 'Count drift from now on' },
  },
  examples: [
    'amp org drift',
    'amp org drift acme --json',
    'amp org drift --group quayline',
    'amp org drift --all || page-somebody',
    'amp org drift acme --accept',
  ],
  async run(context, { args, flags }) {
    const { runDriftCommand } = await import('../run-drift-command.ts');
    return runDriftCommand(context, { ...flags, org: args.org ?? flags.org });
  },
  exit: ({ summary }) => (summary.breaking + summary.failed > 0 ? 'failed' : 'ok'),
  async view(result, context) {
    const { renderDrift } = await import('../../views/drift.ts');
    const { style, width } = context.output;
    return renderDrift(result, { style, width, now: context.clock.now() });
  },
});

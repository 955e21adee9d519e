import { defineCommand } from '../cli/command.ts';

export const init = defineCommand({
  name: 'init',
  summary: 'Write a commented amp.yaml to start from',
  description:
    'Writes amp.yaml with 15-minute schedules, a 90-day backfill and commented choices, and the JSON Schema your editor ' +
    'completes it with. Asks on a terminal; elsewhere flags and defaults decide.',
  args: [{ name: 'dir', summary: 'Folder of the project (default: this one)' }],
  flags: {
    provider: { type: 'string', placeholder: 'provider', summary: 'salesforce (default) or hubspot' },
    template: {
      type: 'string',
      choices: ['crm', 'read-only', 'minimal'],
      summary: 'crm (default): both ways; read-only; minimal: one object',
    },
    name: { type: 'string', placeholder: 'name', summary: 'Name of the integration' },
    destination: { type: 'string', placeholder: 'name', summary: 'Name of the destination that gets the results' },
    yes: { type: 'boolean', short: 'y', summary: 'Take the defaults, ask nothing' },
    force: { type: 'boolean', summary: 'Overwrite an existing manifest' },
  },
  examples: ['amp init', 'amp init integrations/crm --template read-only --yes'],
  async run(context, { args, flags }) {
    const { initProject } = await import('../scaffold/init-project.ts');
    return initProject(context, args.dir, flags);
  },
  async view(result, context) {
    const { initView } = await import('../views/init.ts');
    return initView(result, context.output.style);
  },
});

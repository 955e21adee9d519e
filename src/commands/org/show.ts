import { defineCommand } from '../../cli/command.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'Show one connected org',
  description: 'Tokens are shown as a fingerprint only, unless --reveal is given.',
  args: [{ name: 'alias', summary: 'Alias, username or org id (default: the default org)' }],
  flags: { reveal: { type: 'boolean', summary: 'Print the access token' } },
  examples: ['amp org show', 'amp org show acme --json', 'amp org show acme --reveal'],
  async run(context, { args, flags }) {
    const { showOrg } = await import('../../providers/salesforce/auth/show.ts');
    return showOrg(context, args.alias, flags.reveal ?? false);
  },
  async view(result, context) {
    const { renderOrg } = await import('../../views/org.ts');
    return renderOrg(result, context.output.style, context.clock.now());
  },
});

import { defineCommand } from '../../cli/command.ts';

export const logout = defineCommand({
  name: 'logout',
  summary: 'Revoke and forget a sign-in',
  description: 'The secrets on this computer are deleted even when the org cannot be reached to revoke them.',
  args: [{ name: 'alias', summary: 'Alias, username or org id (default: the default org)' }],
  flags: { 'no-revoke': { type: 'boolean', summary: 'Forget it here only; the token stays valid in the org' } },
  examples: ['amp org logout acme', 'amp org logout acme --no-revoke'],
  async run(context, { args, flags }) {
    const { signOut } = await import('../../providers/salesforce/auth/sign-out.ts');
    return signOut(context, args.alias, !flags['no-revoke']);
  },
  view: (result) =>
    result.revoked
      ? `Signed out of ${result.alias} (${result.username}): revoked in the org and deleted here.`
      : `Signed out of ${result.alias} (${result.username}): deleted here.`,
});

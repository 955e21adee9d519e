import type { OrgRecord } from './org.ts';

/** The command that brings this account back, whole: where it lives, how it signs in, under which name. */
export function reconnectCommand(org: OrgRecord): string {
  const where = org.isEmulator ? ' --emulator' : ` --instance-url ${org.instanceUrl}`;
  const flow = org.flow === 'web' ? '' : ` --flow ${org.flow}`;
  const client = org.clientId && org.flow !== 'access-token' && !org.isEmulator ? ` --client-id ${org.clientId}` : '';
  const user = org.flow === 'jwt' || org.flow === 'password' ? ` --username ${org.username}` : '';
  return `amp org login --alias ${org.alias}${where}${flow}${client}${user}`;
}

import type { Context } from '../cli/context.ts';

/** An org as people call it, with its id; the id alone when this user is not connected to it (any more). */
export async function nameOrg(context: Context, id: string): Promise<string> {
  const { openOrgRegistry } = await import('../orgs/registry.ts');
  const org = (await openOrgRegistry(context.config.configDir).list()).find((one) => one.id === id);
  return org ? `${org.alias} (${id})` : id;
}

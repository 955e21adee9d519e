import type { Context } from '../cli/context.ts';
import type { LocalProject } from '../environments/local/local-project.ts';

/** Signs out of an org that no installation of any project here uses. Answers its alias, or undefined when it stays. */
export async function removeUnusedOrg(
  context: Context,
  project: LocalProject,
  orgId: string,
): Promise<string | undefined> {
  const { openOrgRegistry } = await import('../orgs/registry.ts');
  const { projectsUsing } = await import('../environments/local/org-users.ts');
  const { signOut } = await import('../providers/salesforce/auth/sign-out.ts');
  const org = await openOrgRegistry(context.config.configDir).find(orgId);
  if (!org || project.installations.list({ orgId }).length > 0) return undefined;
  const others = await projectsUsing(context.config.configDir, orgId, project.state.dir);
  if (others.length > 0) return undefined;
  await signOut(context, org.alias, true);
  return org.alias;
}

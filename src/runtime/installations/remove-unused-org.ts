import type { LocalProject } from '../../environments/local/local-project.ts';
import { projectsUsing } from '../../environments/local/org-users.ts';
import { openOrgRegistry } from '../../orgs/registry.ts';
import { signOut } from '../../providers/salesforce/auth/sign-out.ts';

/** Signs out of an org that no installation of any project here uses. Answers its alias, or undefined when it stays. */
export async function removeUnusedOrg(
  context: Parameters<typeof signOut>[0],
  project: LocalProject,
  orgId: string,
): Promise<string | undefined> {
  const org = await openOrgRegistry(context.config.configDir).find(orgId);
  if (!org || project.installations.list({ orgId }).length > 0) return undefined;
  const others = await projectsUsing(context.config.configDir, orgId, project.state.dir);
  if (others.length > 0) return undefined;
  await signOut(context, org.alias, true);
  return org.alias;
}

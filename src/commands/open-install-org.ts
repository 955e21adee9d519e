import type { Context } from '../cli/context.ts';
import type { DescribeOrg } from '../environments/ask-orgs.ts';
import type { InstallOrg } from '../environments/local/install-org.ts';

/** The org an installation is for, as installing asks it. Contacts nobody yet. Throws `org-not-connected`. */
export async function openInstallOrg(context: Context, alias: string | undefined): Promise<InstallOrg> {
  const { openOrg } = await import('../providers/open-org.ts');
  const { createDescriber } = await import('../providers/salesforce/describe/describer.ts');
  const { createInstallOrg } = await import('../runtime/installations/install-org.ts');
  const { org, client } = await openOrg(context, alias);
  const { clock, config, signal } = context;
  const cacheDir = org.credentialStore === 'environment' ? undefined : config.cacheDir;
  return createInstallOrg({ org, client, describer: createDescriber({ client, org, clock, cacheDir }) }, signal);
}

/** Describes an installation's own org for a plan. */
export function describeInstalledOrg(context: Context): DescribeOrg {
  return async (orgId, objectNames, signal) => {
    try {
      const org = await openInstallOrg({ ...context, signal: AbortSignal.any([context.signal, signal]) }, orgId);
      return await org.describe(objectNames);
    } catch (error) {
      context.signal.throwIfAborted();
      context.output.debug(`The org ${orgId} could not be asked: ${(error as Error).message}`);
      return undefined;
    }
  };
}

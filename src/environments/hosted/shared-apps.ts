import { AmpError } from '../../errors/amp-error.ts';
import type { OrgRecord } from '../../orgs/org.ts';
import type { HostedProject, HostedProviderApp } from './answers.ts';
import type { HostedApi } from './hosted-api.ts';
import { listOf } from './hosted-environment.ts';
import { path } from './path.ts';

export interface SharedApp {
  provider: string;
  /** Who uses it too: `project "staging"`, `the connected org "acme"`. */
  where: string;
}

/**
 * OAuth apps of this project that another project, or an org connected on this computer, signs in with. Projects the key may
 * not see are left out: nobody can say anything about them.
 */
export async function findSharedApps(
  api: HostedApi,
  apps: readonly HostedProviderApp[],
  orgs: readonly OrgRecord[],
): Promise<SharedApp[]> {
  const own = new Map(apps.flatMap(({ clientId, provider }) => (clientId && provider ? [[clientId, provider]] : [])));
  if (own.size === 0) return [];
  const local = orgs.flatMap(({ clientId, alias }) =>
    clientId && own.has(clientId) ? [{ provider: own.get(clientId)!, where: `the connected org "${alias}"` }] : [],
  );
  const projects = await visible(() =>
    api.get<unknown>('/projects').then((list) => listOf<HostedProject>(list, 'projects')),
  );
  const others = projects.filter(({ id, name }) => id !== api.project && name !== api.project);
  const shared = await Promise.all(
    others.map(async ({ id, name }) => {
      const theirs = await visible(() =>
        api
          .get<unknown>(path`/projects/${id}/provider-apps`)
          .then((list) => listOf<HostedProviderApp>(list, 'provider apps')),
      );
      return theirs.flatMap(({ clientId }) =>
        clientId && own.has(clientId) ? [{ provider: own.get(clientId)!, where: `project "${name ?? id}"` }] : [],
      );
    }),
  );
  return [...shared.flat(), ...local];
}

/** What this key may not see is nothing. */
async function visible<Item>(ask: () => Promise<Item[]>): Promise<Item[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AmpError && [401, 403, 404].includes(Number(error.details?.status))) return [];
    throw error;
  }
}

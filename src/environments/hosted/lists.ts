import { AmpError } from '../../errors/amp-error.ts';
import type {
  HostedConnection,
  HostedDestination,
  HostedInstallation,
  HostedIntegration,
  HostedProject,
  HostedProviderApp,
} from './answers.ts';
import type { HostedApi } from './hosted-api.ts';
import { listOf } from './hosted-environment.ts';
import { path } from './path.ts';

export async function listProjects(api: HostedApi): Promise<HostedProject[]> {
  return listOf(await api.get('/projects'), 'projects');
}

/** Every integration with the number of its installations: two requests, however many there are. */
export async function listIntegrations(api: HostedApi): Promise<(HostedIntegration & { installations: number })[]> {
  const [integrations, installations] = await Promise.all([
    api.get(path`/projects/${api.project}/integrations`),
    api.get(path`/projects/${api.project}/installations`),
  ]);
  const counts = new Map<string, number>();
  for (const { integrationId } of listOf<HostedInstallation>(installations, 'installations')) {
    counts.set(integrationId, (counts.get(integrationId) ?? 0) + 1);
  }
  return listOf<HostedIntegration>(integrations, 'integrations').map((integration) => ({
    ...integration,
    installations: counts.get(integration.id) ?? 0,
  }));
}

/** Installations of one integration (id or name), or of the whole project. */
export async function listInstallations(
  api: HostedApi,
  filter: { integration?: string | undefined; groupRef?: string | undefined } = {},
): Promise<HostedInstallation[]> {
  const of =
    filter.integration === undefined
      ? path`/projects/${api.project}/installations`
      : path`/projects/${api.project}/integrations/${await integrationId(api, filter.integration)}/installations`;
  return listOf(await api.get(of, { groupRef: filter.groupRef }), 'installations');
}

export async function listDestinations(api: HostedApi): Promise<HostedDestination[]> {
  return listOf(await api.get(path`/projects/${api.project}/destinations`), 'destinations');
}

export async function listConnections(api: HostedApi): Promise<HostedConnection[]> {
  return listOf(await api.get(path`/projects/${api.project}/connections`), 'connections');
}

export async function listProviderApps(api: HostedApi): Promise<HostedProviderApp[]> {
  return listOf(await api.get(path`/projects/${api.project}/provider-apps`), 'provider apps');
}

/** Most calls take the id of an integration where people type its name. Throws `hosted-not-found`, naming those there are. */
export async function integrationId(api: HostedApi, idOrName: string): Promise<string> {
  return (await findIntegration(api, idOrName)).id;
}

export async function findIntegration(api: HostedApi, idOrName: string): Promise<HostedIntegration> {
  const integrations = listOf<HostedIntegration>(
    await api.get(path`/projects/${api.project}/integrations`),
    'integrations',
  );
  const found = integrations.find(({ id }) => id === idOrName) ?? integrations.find(({ name }) => name === idOrName);
  if (found) return found;
  const names = integrations.map(({ name }) => name).join(', ');
  throw new AmpError({
    code: 'hosted-not-found',
    message: `Project "${api.project}" has no integration "${idOrName}".`,
    ...(names && { hint: `It has ${names}.` }),
  });
}

/** An installation by id, or by its group where the group has one. Throws `hosted-not-found`, `installation-ambiguous`. */
export async function findInstallation(
  api: HostedApi,
  name: string,
  integration?: string | undefined,
): Promise<HostedInstallation> {
  const all = await listInstallations(api, { integration });
  const byId = all.find(({ id }) => id === name);
  if (byId) return byId;
  const ofGroup = all.filter(({ group }) => group?.groupRef === name);
  if (ofGroup.length === 1) return ofGroup[0]!;
  if (ofGroup.length > 1) {
    throw new AmpError({
      code: 'installation-ambiguous',
      message: `Group "${name}" has ${ofGroup.length} installations in project "${api.project}".`,
      hint: 'Add --integration <name>, or use the id.',
    });
  }
  throw new AmpError({
    code: 'hosted-not-found',
    message: `Project "${api.project}" has no installation or group "${name}".`,
  });
}

import { openOrgRegistry } from '../../orgs/registry.ts';
import { findProject, requireInstallation } from '../find.ts';
import type { Call } from '../route.ts';
import { installationSchema, toInstallation } from '../shapes/installation.ts';
import type { ApiWorld } from '../world.ts';

export const installationTag = 'Installations';
export const installationsPath = '/v1/projects/{project}/integrations/{integration}/installations';
export const installationPath = `${installationsPath}/{installation}`;
export const installationAnswer = { description: 'As it is now.', body: installationSchema };

/** The installation a path means. Throws `api-not-found`, `installation-not-found`. */
export function findInstallation({ params }: Pick<Call, 'params'>, world: ApiWorld) {
  findProject(world, params.project);
  return requireInstallation(world, params.installation!, params.integration);
}

export async function listInstallations(world: ApiWorld, filter: { integration?: string; groupRef?: string }) {
  const orgs = await connectedOrgs(world);
  return world.project.installations.list(filter).map((installation) => toInstallation(world, installation, orgs));
}

/** As it is now. Throws `installation-not-found`. */
export async function showInstallation(world: ApiWorld, id: string) {
  return toInstallation(world, requireInstallation(world, id), await connectedOrgs(world));
}

async function connectedOrgs({ context }: ApiWorld) {
  const orgs = await openOrgRegistry(context.config.configDir).list();
  return new Map(orgs.map((org) => [org.id, org]));
}

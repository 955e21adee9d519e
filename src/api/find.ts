import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { Integration } from '../manifest/manifest.ts';
import type { ApiWorld } from './world.ts';

/** The name of the one project a runtime has, beside its id. */
export const projectName = 'local';

/**
 * Checks that a path means this project: by its id, as `local`, or by a name of AMP_API_PROJECTS, so that code written for
 * a hosted project needs another base address and nothing else. Throws `api-not-found`.
 */
export function findProject({ projectId, context }: ApiWorld, project: string | undefined): void {
  const others = (context.config.env.AMP_API_PROJECTS ?? '').split(',').map((name) => name.trim());
  if (project === projectId || project === projectName || (project && others.includes(project))) return;
  throw new AmpError({
    code: 'api-not-found',
    message: `This runtime has no project "${project}".`,
    hint: `It serves ${projectName} (${projectId}); more names for it go into AMP_API_PROJECTS.`,
  });
}

/** The deployed integration of that name; its id is its name. Throws `api-not-found`. */
export function findIntegration(world: ApiWorld, name: string): Integration {
  const integrations = world.project.currentRevision()?.manifest.integrations ?? [];
  const found = integrations.find((integration) => integration.name === name);
  if (found) return found;
  const names = integrations.map((integration) => integration.name).join(', ');
  throw new AmpError({
    code: 'api-not-found',
    message: `No integration "${name}" is deployed.`,
    hint: names ? `Deployed: ${names}.` : 'Run amp deploy first.',
  });
}

/** Throws `installation-not-found`; also for one of another integration than `integration`. */
export function requireInstallation({ project }: ApiWorld, id: string, integration?: string): InstallationRecord {
  const found = project.installations.get(id);
  if (found && (integration === undefined || found.integration === integration)) return found;
  const where = integration === undefined ? '' : ` of "${integration}"`;
  throw new AmpError({ code: 'installation-not-found', message: `There is no installation "${id}"${where}.` });
}

/** The installation of the group. Throws `installation-not-found`. */
export function installationOfGroup({ project }: ApiWorld, integration: string, groupRef: string): InstallationRecord {
  const found = project.installations.find(groupRef, integration);
  if (found) return found;
  throw new AmpError({
    code: 'installation-not-found',
    message: `"${integration}" is not installed for group "${groupRef}".`,
  });
}

/** The integration as the installation runs it. Throws `installation-integration-not-found`. */
export function integrationOf({ project }: ApiWorld, installation: InstallationRecord): Integration {
  const found = project.integrationOf(installation);
  if (found) return found;
  throw new AmpError({
    code: 'installation-integration-not-found',
    message: `The integration "${installation.integration}" is not deployed any more.`,
  });
}

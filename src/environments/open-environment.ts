import type { ProjectPlace } from '../config/project.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import { openOrgRegistry } from '../orgs/registry.ts';
import type { State } from '../store/state.ts';
import type { Environment } from './environment.ts';
import type { HostedContext } from './hosted/open-api.ts';
import type { UploadKind } from './hosted/put-batch.ts';
import { createLocalEnvironment } from './local/local-environment.ts';
import { openProject } from './local/open-project.ts';

export interface World extends HostedContext {
  cwd: string;
}

export interface EnvironmentOptions {
  /** Hosted: how the manifest travels. */
  upload?: UploadKind | undefined;
  /** Local: where deploys are recorded. */
  openLog?: (state: State) => Promise<OperationLog>;
}

/** Where this command line deploys to: the hosted project of `-p`, else the state folder beside the manifest. */
export async function openEnvironment(
  world: World,
  place: ProjectPlace,
  use: 'look' | 'change',
  options: EnvironmentOptions = {},
): Promise<Environment> {
  if (world.config.project !== undefined) {
    const { openHostedApi } = await import('./hosted/open-api.ts');
    const { createHostedEnvironment } = await import('./hosted/hosted-environment.ts');
    const { api, close } = await openHostedApi(world);
    return createHostedEnvironment(api, options.upload ?? 'inline', close);
  }
  const project = openProject(place.stateDir, use);
  const log = await options.openLog?.(project.state);
  return createLocalEnvironment(project, world.clock, openOrgRegistry(world.config.configDir), log);
}

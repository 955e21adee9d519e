import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectPlace } from '../config/project.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import { openOrgRegistry } from '../orgs/registry.ts';
import { openMemoryState, openState, type State } from '../store/state.ts';
import type { Environment } from './environment.ts';
import { createHostedEnvironment } from './hosted/hosted-environment.ts';
import { type HostedContext, openHostedApi } from './hosted/open-api.ts';
import type { UploadKind } from './hosted/put-batch.ts';
import { createLocalEnvironment } from './local/local-environment.ts';
import { type LocalProject, openLocalProject } from './local/local-project.ts';

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
    const { api, close } = await openHostedApi(world);
    return createHostedEnvironment(api, options.upload ?? 'inline', close);
  }
  const project = openProject(place.stateDir, use);
  const log = await options.openLog?.(project.state);
  return createLocalEnvironment(project, world.clock, openOrgRegistry(world.config.configDir), log);
}

/** The local project of this folder. `look` makes no state folder where there is none. */
export function openProject(stateDir: string, use: 'look' | 'change'): LocalProject {
  return openLocalProject(openStateFor(stateDir, use));
}

function openStateFor(dir: string, use: 'look' | 'change'): State {
  return use === 'look' && !existsSync(join(dir, 'state.db')) ? openMemoryState() : openState(dir);
}

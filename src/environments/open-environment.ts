import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { ProjectPlace } from '../config/project.ts';
import type { Clock } from '../platform/clock.ts';
import { openMemoryState, openState, type State } from '../store/state.ts';
import type { Environment } from './environment.ts';
import { createLocalEnvironment } from './local/local-environment.ts';
import { type LocalProject, openLocalProject } from './local/local-project.ts';

export interface World {
  cwd: string;
  config: Config;
  clock: Clock;
  signal: AbortSignal;
}

/** Where this command line deploys to: the hosted project of `-p`, else the state folder beside the manifest. */
export async function openEnvironment(world: World, place: ProjectPlace, use: 'look' | 'change'): Promise<Environment> {
  return createLocalEnvironment(openProject(place.stateDir, use), world.clock);
}

/** The local project of this folder. `look` makes no state folder where there is none. */
export function openProject(stateDir: string, use: 'look' | 'change'): LocalProject {
  return openLocalProject(openStateFor(stateDir, use));
}

function openStateFor(dir: string, use: 'look' | 'change'): State {
  return use === 'look' && !existsSync(join(dir, 'state.db')) ? openMemoryState() : openState(dir);
}

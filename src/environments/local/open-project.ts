import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openMemoryState, openState } from '../../store/state.ts';
import { type LocalProject, openLocalProject } from './local-project.ts';

/** The local project whose state folder this is. `look` makes none where there is none. Throws `store-…`. */
export function openProject(stateDir: string, use: 'look' | 'change'): LocalProject {
  const hasState = use === 'change' || existsSync(join(stateDir, 'state.db'));
  return openLocalProject(hasState ? openState(stateDir) : openMemoryState());
}

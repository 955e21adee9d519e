import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { openState, type State } from './state.ts';

/** The project's folder: that of `--file`, else the nearest one with `amp.yaml`, `amp.yml` or state, else undefined. */
export function findProjectDir(cwd: string, config: Pick<Config, 'manifestFile'>): string | undefined {
  if (config.manifestFile) return dirname(resolve(cwd, config.manifestFile));
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    if (['amp.yaml', 'amp.yml', join('.amp', 'state.db')].some((name) => existsSync(join(dir, name)))) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}

/** Where the project's state is: AMP_STATE_DIR, else `.amp` in the project's folder (the working folder when there is none). */
export function projectStateDir(cwd: string, config: Pick<Config, 'manifestFile' | 'stateDir'>): string {
  return config.stateDir ?? join(findProjectDir(cwd, config) ?? cwd, '.amp');
}

/** Opens the project's state, made when missing. The caller closes it. Throws `store-…`. */
export function openProjectState(cwd: string, config: Pick<Config, 'manifestFile' | 'stateDir'>): State {
  return openState(projectStateDir(cwd, config));
}

/** Opens the project's state for as long as `work` takes. */
export async function withProjectState<Result>(
  context: { cwd: string; config: Pick<Config, 'manifestFile' | 'stateDir'> },
  work: (state: State) => Promise<Result> | Result,
): Promise<Result> {
  const state = openProjectState(context.cwd, context.config);
  try {
    return await work(state);
  } finally {
    state.close();
  }
}

import type { Context } from '../cli/context.ts';
import type { State } from '../store/state.ts';

/** Opens the project's state for as long as `work` takes. Throws `project-not-found`, `store-…`. */
export async function withState<Result>(
  context: Context,
  work: (state: State) => Promise<Result> | Result,
): Promise<Result> {
  const { openState } = await import('../store/state.ts');
  const state = openState(await stateDirOf(context));
  try {
    return await work(state);
  } finally {
    state.close();
  }
}

/** The project's; outside of any, where single reads without a manifest leave theirs, once there is one. */
async function stateDirOf(context: Context): Promise<string> {
  const { join } = await import('node:path');
  const { existsSync } = await import('node:fs');
  const { locateState } = await import('../config/project.ts');
  const { findManifest } = await import('../platform/manifest-file.ts');
  const userState = join(context.config.dataDir, 'no-project');
  const { stateDir, manifestFile } = context.config;
  if (stateDir ?? manifestFile ?? findManifest(context.cwd)) return locateState(context);
  return existsSync(join(userState, 'state.db')) ? userState : locateState(context);
}

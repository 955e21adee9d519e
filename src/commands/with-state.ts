import type { Context } from '../cli/context.ts';
import type { State } from '../store/state.ts';

/** Opens the project's state for as long as `work` takes. Throws `project-not-found`, `store-…`. */
export async function withState<Result>(
  context: Context,
  work: (state: State) => Promise<Result> | Result,
): Promise<Result> {
  const { locateAnyState } = await import('../config/project.ts');
  const { openState } = await import('../store/state.ts');
  const state = openState(locateAnyState(context));
  try {
    return await work(state);
  } finally {
    state.close();
  }
}

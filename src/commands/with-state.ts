import type { Context } from '../cli/context.ts';
import { locateAnyState } from '../config/project.ts';
import { openState, type State } from '../store/state.ts';

/**
 * Opens the local project's state for as long as `work` takes. Throws `project-not-found`, `store-…`, and `usage` with `-p`: a
 * command that has no hosted twin must not act on the local project instead.
 */
export async function withState<Result>(
  context: Context,
  work: (state: State) => Promise<Result> | Result,
): Promise<Result> {
  if (context.config.project !== undefined) {
    const { AmpError } = await import('../errors/amp-error.ts');
    throw new AmpError({
      code: 'usage',
      message: 'This command works on the local project; hosted projects have no such call.',
      hint: 'Leave out -p and unset AMP_PROJECT.',
    });
  }
  const state = openState(locateAnyState(context));
  try {
    return await work(state);
  } finally {
    state.close();
  }
}

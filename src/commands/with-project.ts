import type { Context } from '../cli/context.ts';
import { locateState } from '../config/project.ts';
import { assertLocal } from '../environments/assert-local.ts';
import type { LocalProject } from '../environments/local/local-project.ts';
import { openProject } from '../environments/local/open-project.ts';

/**
 * Opens the local project for as long as `work` takes; `look` makes no state folder where there is none. Throws `store-…`,
 * and `hosted-not-supported` with `-p`: the local project is not what was meant.
 */
export async function withProject<Result>(
  context: Context,
  use: 'look' | 'change',
  work: (project: LocalProject) => Promise<Result> | Result,
): Promise<Result> {
  assertLocal(context.config, 'This works on the local project; hosted projects have no such call.');
  const project = openProject(locateState(context), use);
  try {
    return await work(project);
  } finally {
    project.state.close();
  }
}

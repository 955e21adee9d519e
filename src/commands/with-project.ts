import type { Context } from '../cli/context.ts';
import type { LocalProject } from '../environments/local/local-project.ts';

/** Opens the local project for as long as `work` takes; `look` makes no state folder where there is none. Throws `store-…`. */
export async function withProject<Result>(
  context: Context,
  use: 'look' | 'change',
  work: (project: LocalProject) => Promise<Result> | Result,
): Promise<Result> {
  const { locateState } = await import('../config/project.ts');
  const { openProject } = await import('../environments/open-environment.ts');
  const project = openProject(locateState(context), use);
  try {
    return await work(project);
  } finally {
    project.state.close();
  }
}

import type { CommandInput } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import type { InstallationRecord } from '../../installations/installation.ts';

export const pauseArgs = [{ name: 'installation', summary: 'Id, or the customer', required: true }];
export const pauseFlags = {
  integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Which, when a customer has several' },
  object: { type: 'strings', placeholder: 'name', summary: 'Only this object; repeatable' },
} as const;

/** What `pause` and `resume` have in common. */
export async function runChangePause(
  context: Context,
  { args, flags }: CommandInput<typeof pauseFlags>,
  change: { paused: boolean; note?: string | undefined },
): Promise<{ changed: boolean; installation: InstallationRecord }> {
  const { withProject } = await import('../with-project.ts');
  const { requireInstallation } = await import('../../environments/local/find-installation.ts');
  const { changePause } = await import('../../runtime/installations/change-pause.ts');
  return withProject(context, 'change', (project) =>
    changePause(context, project, () => requireInstallation(project, args.installation!, flags.integration), {
      ...change,
      objects: flags.object ?? [],
    }),
  );
}

import type { CommandInput } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import type { LocalProject } from '../../environments/local/local-project.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { PauseRequest } from '../../installations/pause.ts';
import type { Integration } from '../../manifest/manifest.ts';

export const pauseArgs = [{ name: 'installation', summary: 'Id, or the customer', required: true }];
export const pauseFlags = {
  integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Which, when a customer has several' },
  object: { type: 'strings', placeholder: 'name', summary: 'Only this object; repeatable' },
} as const;

type Change = (
  one: InstallationRecord,
  integration: Integration | undefined,
  request: PauseRequest,
) => InstallationRecord;

/** Pauses or resumes, in one transaction; nothing is written when nothing changes. */
export async function changePause(
  context: Context,
  { args, flags }: CommandInput<typeof pauseFlags>,
  note: string | undefined,
  change: Change,
  announce: (project: LocalProject, changed: InstallationRecord) => void,
): Promise<{ changed: boolean; installation: InstallationRecord }> {
  const { withProject } = await import('../with-project.ts');
  const { requireInstallation } = await import('../../environments/local/find-installation.ts');
  return withProject(context, 'change', (project) =>
    project.state.db.transaction(() => {
      const installation = requireInstallation(project, args.installation!, flags.integration);
      const at = new Date(context.clock.now()).toISOString();
      const request = { objects: flags.object ?? [], note, at };
      const changed = change(installation, project.integrationOf(installation), request);
      if (changed !== installation) {
        project.installations.save(changed);
        announce(project, changed);
      }
      return { changed: changed !== installation, installation: changed };
    }),
  );
}

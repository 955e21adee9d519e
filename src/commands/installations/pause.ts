import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const pause = orHosted(
  defineCommand({
    name: 'pause',
    summary: 'Stop scheduled reads, all or of some objects',
    args: [{ name: 'installation', summary: 'Id, or the customer', required: true }],
    flags: {
      integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Which, when a customer has several' },
      object: { type: 'strings', placeholder: 'name', summary: 'Only this object; repeatable' },
      note: { type: 'string', placeholder: 'text', summary: 'Why' },
    },
    examples: ['amp installations pause quayline', 'amp installations pause quayline --object deal --note "Migration"'],
    async run(context, { args, flags }) {
      const { withProject } = await import('../with-project.ts');
      const { requireInstallation } = await import('../../environments/local/find-installation.ts');
      const { announcePause } = await import('../announce-installation.ts');
      const { pauseInstallation } = await import('../../installations/pause.ts');
      return withProject(context, 'change', (project) =>
        project.state.db.transaction(() => {
          const installation = requireInstallation(project, args.installation!, flags.integration);
          const changed = pauseInstallation(installation, project.integrationOf(installation), {
            objects: flags.object ?? [],
            note: flags.note,
            at: new Date(context.clock.now()).toISOString(),
          });
          if (changed !== installation) {
            project.installations.save(changed);
            announcePause(context, project, changed, flags.note);
          }
          return { changed: changed !== installation, installation: changed };
        }),
      );
    },
    async view(result, { output }) {
      const { renderPause } = await import('../../views/installations.ts');
      return renderPause(result, output.style);
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedPause,
);

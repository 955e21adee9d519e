import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const resume = orHosted(
  defineCommand({
    name: 'resume',
    summary: 'Let paused reads go on from where they stopped',
    args: [{ name: 'installation', summary: 'Id, or the customer', required: true }],
    flags: {
      integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Which, when a customer has several' },
      object: { type: 'strings', placeholder: 'name', summary: 'Only this object; repeatable' },
    },
    examples: ['amp installations resume quayline', 'amp installations resume quayline --object deal'],
    async run(context, { args, flags }) {
      const { withProject } = await import('../with-project.ts');
      const { requireInstallation } = await import('../../environments/local/find-installation.ts');
      const { forgetPause } = await import('../announce-installation.ts');
      const { resumeInstallation } = await import('../../installations/pause.ts');
      return withProject(context, 'change', (project) =>
        project.state.db.transaction(() => {
          const installation = requireInstallation(project, args.installation!, flags.integration);
          const changed = resumeInstallation(installation, project.integrationOf(installation), {
            objects: flags.object ?? [],
            at: new Date(context.clock.now()).toISOString(),
          });
          if (changed !== installation) {
            project.installations.save(changed);
            forgetPause(context, project, changed.id);
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
  async () => (await import('../hosted/twins/installations.ts')).hostedResume,
);

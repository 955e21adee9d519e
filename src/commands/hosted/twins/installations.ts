import type { HostedInstallation } from '../../../environments/hosted/answers.ts';
import { setPaused } from '../../../environments/hosted/data-plane.ts';
import { findInstallation, listInstallations } from '../../../environments/hosted/lists.ts';
import { deleteInstallation } from '../../../environments/hosted/remove.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';

export const hostedInstallations: HostedTwin = {
  run: (context, { flags }) =>
    withHosted(context, async (api) => ({
      installations: await listInstallations(api, { integration: flags.integration, groupRef: flags.group }),
    })),
  async view({ installations }: { installations: HostedInstallation[] }, { output }) {
    const { renderHostedInstallations } = await import('../../../views/hosted/lists.ts');
    return renderHostedInstallations(installations, output.style);
  },
};

export const hostedInstallation: HostedTwin = {
  run: (context, { args, flags }) =>
    withHosted(context, async (api) => {
      const installation = await findInstallation(api, args.installation!, flags.integration);
      return flags.config ? (installation.config?.content ?? null) : installation;
    }),
  view: (installation) => JSON.stringify(installation, null, 2),
};

export const hostedPause = pausing(true);
export const hostedResume = pausing(false);

function pausing(paused: boolean): HostedTwin {
  return {
    run: (context, { args, flags }) =>
      withHosted(context, async (api) => {
        const installation = await findInstallation(api, args.installation!, flags.integration);
        await setPaused(api, installation, { paused, objects: flags.object, note: flags.note });
        return { installation: { id: installation.id }, paused, objects: flags.object ?? [] };
      }),
    view({ installation, objects }: { installation: { id: string }; objects: string[] }, { output: { style } }) {
      const what = objects.length > 0 ? objects.join(', ') : 'Every object';
      return `${style.good('✓')} ${what} of ${installation.id} ${paused ? 'is paused' : 'goes on'}.`;
    },
  };
}

export const hostedRemove: HostedTwin = {
  run: (context, { args, flags }) =>
    withHosted(context, async (api) => {
      const { id, integrationId, group } = await findInstallation(api, args.installation!, flags.integration);
      const question = `Uninstall ${id}${group?.groupRef ? ` of ${group.groupRef}` : ''}? An unused connection goes too.`;
      if (!flags.yes && !(await context.prompt.confirm(question, { flag: '--yes', default: false }))) {
        throw new AmpError({ code: 'deploy-declined', message: 'Not uninstalled; nothing was changed.' });
      }
      await deleteInstallation(api, integrationId, id);
      return { removed: { id, integrationId } };
    }),
  view: ({ removed }: { removed: { id: string } }, { output: { style } }) =>
    `${style.good('✓')} Installation ${removed.id} is deleted.`,
};

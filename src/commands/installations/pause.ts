import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';
import { changePause, pauseArgs, pauseFlags } from './change-pause.ts';

export const pause = orHosted(
  defineCommand({
    name: 'pause',
    summary: 'Stop scheduled reads, all or of some objects',
    args: pauseArgs,
    flags: { ...pauseFlags, note: { type: 'string', placeholder: 'text', summary: 'Why' } },
    examples: ['amp installations pause quayline', 'amp installations pause quayline --object deal --note "Migration"'],
    async run(context, input) {
      const { pauseInstallation } = await import('../../installations/pause.ts');
      const { announcePause } = await import('../announce-installation.ts');
      const { note } = input.flags;
      return changePause(context, input, note, pauseInstallation, (project, changed) =>
        announcePause(context, project, changed, note),
      );
    },
    async view(result, { output }) {
      const { renderPause } = await import('../../views/installations.ts');
      return renderPause(result, output.style);
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedPause,
);

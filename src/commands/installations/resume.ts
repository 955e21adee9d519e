import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';
import { changePause, pauseArgs, pauseFlags } from './change-pause.ts';

export const resume = orHosted(
  defineCommand({
    name: 'resume',
    summary: 'Let paused reads go on from where they stopped',
    args: pauseArgs,
    flags: pauseFlags,
    examples: ['amp installations resume quayline', 'amp installations resume quayline --object deal'],
    async run(context, input) {
      const { resumeInstallation } = await import('../../installations/pause.ts');
      const { forgetPause } = await import('../announce-installation.ts');
      return changePause(context, input, undefined, resumeInstallation, (project, changed) =>
        forgetPause(context, project, changed.id),
      );
    },
    async view(result, { output }) {
      const { renderPause } = await import('../../views/installations.ts');
      return renderPause(result, output.style);
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedResume,
);

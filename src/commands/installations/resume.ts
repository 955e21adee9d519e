import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';
import { pauseArgs, pauseFlags, runChangePause } from './change-pause.ts';

export const resume = orHosted(
  defineCommand({
    name: 'resume',
    summary: 'Let paused reads go on from where they stopped',
    args: pauseArgs,
    flags: pauseFlags,
    examples: ['amp installations resume quayline', 'amp installations resume quayline --object deal'],
    run: (context, input) => runChangePause(context, input, { paused: false }),
    async view(result, { output }) {
      const { renderPause } = await import('../../views/installations.ts');
      return renderPause(result, output.style);
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedResume,
);

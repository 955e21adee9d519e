import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';
import { pauseArgs, pauseFlags, runChangePause } from './change-pause.ts';

export const pause = orHosted(
  defineCommand({
    name: 'pause',
    summary: 'Stop scheduled reads, all or of some objects',
    args: pauseArgs,
    flags: { ...pauseFlags, note: { type: 'string', placeholder: 'text', summary: 'Why' } },
    examples: ['amp installations pause quayline', 'amp installations pause quayline --object deal --note "Migration"'],
    run: (context, input) => runChangePause(context, input, { paused: true, note: input.flags.note }),
    async view(result, { output }) {
      const { renderPause } = await import('../../views/installations.ts');
      return renderPause(result, output.style);
    },
  }),
  async () => (await import('../hosted/twins/installations.ts')).hostedPause,
);

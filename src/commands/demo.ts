import { defineCommand } from '../cli/command.ts';

export const demo = defineCommand({
  name: 'demo',
  summary: 'The whole story on the embedded emulator',
  description:
    'Checks, deploys, connects, installs, backfills, delivers and explains, in a temporary folder with a home of its own: no account, no network, nothing left behind.',
  examples: ['amp demo', 'amp demo --json'],
  async run(context) {
    const { tellStory } = await import('../demo/story.ts');
    return tellStory(context);
  },
  async view(result, context) {
    const { renderEnding } = await import('../views/demo.ts');
    return renderEnding(result, context.output.style);
  },
});

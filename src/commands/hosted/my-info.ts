import { defineCommand } from '../../cli/command.ts';

export const myInfo = defineCommand({
  name: 'my-info',
  summary: 'Needs a dashboard sign-in, which API keys are not',
  hidden: true,
  examples: ['amp list:projects'],
  async run(): Promise<unknown> {
    const { AmpError } = await import('../../errors/amp-error.ts');
    throw new AmpError({
      code: 'hosted-not-supported',
      message: 'The platform tells a person about themselves only with a dashboard sign-in; amp uses API keys.',
      hint: 'amp list:projects shows what the key opens.',
    });
  },
});

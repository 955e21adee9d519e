import { defineCommand } from '../cli/command.ts';
import { deployJson } from './deploy-result.ts';

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'Deploy an earlier revision again, with its own plan',
  args: [{ name: 'revision', summary: 'Number or id', required: true }],
  flags: {
    yes: { type: 'boolean', short: 'y', summary: 'Accept breaking changes; removed objects are kept running' },
    'on-removed': {
      type: 'string',
      choices: ['keep', 'stop'],
      summary: 'What installed customers keep of removed objects: their reads, or only the checkpoint',
    },
    'dry-run': { type: 'boolean', summary: 'Plan only' },
    message: { type: 'string', short: 'm', placeholder: 'text', summary: 'Why, for amp revisions' },
  },
  examples: ['amp rollback 3', 'amp rollback 3 --yes --message "Undo the new mapping"'],
  async run(context, { args, flags }) {
    const { locateProject } = await import('../config/project.ts');
    const { assertLocal } = await import('../environments/assert-local.ts');
    const { openEnvironment } = await import('../environments/open-environment.ts');
    const { deployFile } = await import('../environments/deploy-plan.ts');
    const { revisionAsFile } = await import('../environments/local/revision-file.ts');
    const { openLog } = await import('./open-log.ts');
    const { authorOf } = await import('../config/author.ts');
    const { renderPlanText } = await import('../views/plan/plan-text.ts');
    assertLocal(
      context.config,
      'The hosted platform keeps no old revisions: check the old manifest out and deploy it.',
    );
    const environment = await openEnvironment(context, locateProject(context), flags['dry-run'] ? 'look' : 'change', {
      openLog: (state) => openLog(context, state),
    });
    try {
      const { file, revision } = revisionAsFile(environment.local!, args.revision!);
      const options = {
        yes: flags.yes,
        onRemoved: flags['on-removed'],
        dryRun: flags['dry-run'],
        message: flags.message,
        rollbackOf: revision.number,
        author: authorOf(context.config),
      };
      const { output, prompt } = context;
      const look = { style: output.errorStyle, width: output.width };
      const result = await deployFile(environment, file, options, {
        prompt,
        showPlan: (plan) => output.notice(`${renderPlanText(plan, look)}\n`),
      });
      return { ...result, rolledBackTo: revision.number };
    } finally {
      environment.close();
    }
  },
  json: (result) => ({ ...deployJson(result), rolledBackTo: result.rolledBackTo }),
  view: async (result, { output }) => (await import('../views/deploy.ts')).renderDeploy(result, output),
});

import { resolve } from 'node:path';
import { defineCommand } from '../cli/command.ts';
import { deployJson } from './deploy-result.ts';

export const deploy = defineCommand({
  name: 'deploy',
  summary: 'Check, plan and apply the manifest',
  description:
    'Asks only when a change breaks something for installed customers. Without a terminal, --on-removed or --yes answers.',
  args: [{ name: 'path', summary: 'Manifest, or the folder that has it' }],
  flags: {
    plan: { type: 'string', placeholder: 'plan.json', summary: 'Apply exactly this saved plan' },
    yes: { type: 'boolean', short: 'y', summary: 'Accept breaking changes; removed objects are kept running' },
    'on-removed': {
      type: 'string',
      choices: ['keep', 'stop'],
      summary: 'What installed customers keep of removed objects: their reads, or only the checkpoint',
    },
    'dry-run': { type: 'boolean', summary: 'Plan only' },
    upload: {
      type: 'string',
      choices: ['inline', 'zip'],
      summary: 'Hosted: send the file in the request (default), or as a zip through storage',
    },
    message: { type: 'string', short: 'm', placeholder: 'text', summary: 'Why, for amp revisions' },
  },
  examples: ['amp deploy', 'amp deploy --yes --message "Add forecast note"', 'amp deploy --plan plan.json'],
  async run(context, { args, flags }) {
    const { locateProject } = await import('../config/project.ts');
    const { loadCheckedFile } = await import('../environments/checked-file.ts');
    const { openEnvironment } = await import('../environments/open-environment.ts');
    const { deployFile } = await import('../environments/deploy-plan.ts');
    const { openLog } = await import('./open-log.ts');
    const { authorOf } = await import('../config/author.ts');
    const { renderPlanText } = await import('../views/plan/plan-text.ts');
    const place = locateProject(context, args.path);
    const file = loadCheckedFile(place.manifestFile);
    const saved = flags.plan === undefined ? undefined : await loadPlan(resolve(context.cwd, flags.plan));
    const environment = await openEnvironment(context, place, flags['dry-run'] ? 'look' : 'change', {
      upload: flags.upload,
      openLog: (state) => openLog(context, state),
    });
    try {
      const options = {
        yes: flags.yes,
        onRemoved: flags['on-removed'],
        dryRun: flags['dry-run'],
        message: flags.message,
        saved,
        author: authorOf(context.config),
      };
      const { output, prompt } = context;
      const look = { style: output.errorStyle, width: output.width };
      return await deployFile(environment, file, options, {
        prompt,
        showPlan: (plan) => output.notice(`${renderPlanText(plan, look)}\n`),
      });
    } finally {
      environment.close();
    }
  },
  json: deployJson,
  view: async (result, { output }) => (await import('../views/deploy.ts')).renderDeploy(result, output),
});

async function loadPlan(path: string) {
  const { readFile } = await import('node:fs/promises');
  const { parsePlan } = await import('../plan/saved-plan.ts');
  const { AmpError } = await import('../errors/amp-error.ts');
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new AmpError({ code: 'file-unreadable', message: `${path}: ${error.message}`, cause: error });
  });
  return parsePlan(text, path);
}

import { resolve } from 'node:path';
import { defineCommand } from '../cli/command.ts';
import { deployFlags, deployJson, runDeploy } from './run-deploy.ts';

export const deploy = defineCommand({
  name: 'deploy',
  summary: 'Check, plan and apply the manifest',
  description:
    'Asks only when a change breaks something for installed customers. Without a terminal, --on-removed or --yes answers.',
  args: [{ name: 'path', summary: 'Manifest, or the folder that has it' }],
  flags: {
    plan: { type: 'string', placeholder: 'plan.json', summary: 'Apply exactly this saved plan' },
    ...deployFlags,
    upload: {
      type: 'string',
      choices: ['inline', 'zip'],
      summary: 'Hosted: send the file in the request (default), or as a zip through storage',
    },
  },
  examples: ['amp deploy', 'amp deploy --yes --message "Add forecast note"', 'amp deploy --plan plan.json'],
  async run(context, { args, flags }) {
    const { locateProject } = await import('../config/project.ts');
    const { loadCheckedFile } = await import('../environments/checked-file.ts');
    const { loadPlan } = await import('../environments/load-plan.ts');
    const place = locateProject(context, args.path);
    // Before an environment is opened: an invalid file reaches nobody.
    const file = loadCheckedFile(place.manifestFile);
    const saved = flags.plan === undefined ? undefined : loadPlan(resolve(context.cwd, flags.plan));
    return runDeploy(context, flags, place, () => ({ file, saved }));
  },
  json: deployJson,
  view: async (result, { output }) => (await import('../views/deploy.ts')).renderDeploy(result, output),
});

import { defineCommand } from '../cli/command.ts';
import { deployFlags, deployJson, runDeploy } from './run-deploy.ts';

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'Deploy an earlier revision again, with its own plan',
  args: [{ name: 'revision', summary: 'Number or id', required: true }],
  flags: deployFlags,
  examples: ['amp rollback 3', 'amp rollback 3 --yes --message "Undo the new mapping"'],
  async run(context, { args, flags }) {
    const { locateProject } = await import('../config/project.ts');
    const { assertLocal } = await import('../environments/assert-local.ts');
    const { revisionAsFile } = await import('../environments/local/revision-file.ts');
    assertLocal(
      context.config,
      'The hosted platform keeps no old revisions: check the old manifest out and deploy it.',
    );
    return runDeploy(context, flags, locateProject(context), ({ local }) => {
      const { file, revision } = revisionAsFile(local!, args.revision!);
      return { file, rollbackOf: revision.number };
    });
  },
  json: deployJson,
  view: async (result, { output }) => (await import('../views/deploy.ts')).renderDeploy(result, output),
});

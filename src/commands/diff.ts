import { resolve } from 'node:path';
import { defineCommand } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { Manifest } from '../manifest/manifest.ts';

export const diff = defineCommand({
  name: 'diff',
  summary: 'Show what a deploy would change, and for whom',
  args: [{ name: 'path', summary: 'Manifest, or the folder that has it' }],
  flags: {
    against: { type: 'string', placeholder: 'revision|file', summary: 'Compare with this instead of what is deployed' },
    'exit-code': { type: 'boolean', summary: 'Exit 2 when there are changes' },
    format: { type: 'string', choices: ['text', 'json', 'markdown'], summary: 'Markdown fits a pull-request comment' },
    org: { type: 'string', short: 'o', placeholder: 'alias', summary: 'Also say what this connected org lacks' },
    out: { type: 'string', placeholder: 'plan.json', summary: 'Save the plan for amp deploy --plan' },
  },
  examples: ['amp diff', 'amp diff --exit-code --format markdown', 'amp diff --against 3', 'amp diff --out plan.json'],
  async run(context, { args, flags }) {
    const { locateProject } = await import('../config/project.ts');
    const { loadCheckedFile } = await import('../environments/checked-file.ts');
    const { openEnvironment } = await import('../environments/open-environment.ts');
    const { planDeploy } = await import('../environments/plan-deploy.ts');
    const { loadComparison } = await import('../environments/comparison.ts');
    const { describeInstalledOrg } = await import('./open-install-org.ts');
    const place = locateProject(context, args.path);
    const file = loadCheckedFile(place.manifestFile);
    const environment = await openEnvironment(context, place, 'look');
    try {
      const against =
        flags.against === undefined ? undefined : loadComparison(flags.against, context.cwd, environment.local);
      const schema = flags.org === undefined ? undefined : await describeFor(context, flags.org, file.manifest);
      const describeOrg = describeInstalledOrg(context);
      const plan = await planDeploy(environment, file, { against, schema, describeOrg });
      if (flags.out) {
        const { writeTextFile } = await import('../platform/write-text-file.ts');
        await writeTextFile(resolve(context.cwd, flags.out), `${JSON.stringify(plan, null, 2)}\n`);
        context.output.notice(`Saved to ${flags.out}; apply it with amp deploy --plan ${flags.out}.`);
      }
      return { plan, format: flags.format ?? 'text', exitCode: flags['exit-code'] === true };
    } finally {
      environment.close();
    }
  },
  exit: ({ plan, exitCode }) => (exitCode && plan.changes.length > 0 ? 'changes' : 'ok'),
  json: ({ plan }) => plan,
  async view({ plan, format }, { output }) {
    if (format === 'json') return JSON.stringify(plan, null, 2);
    if (format === 'markdown') return (await import('../views/plan/plan-markdown.ts')).renderPlanMarkdown(plan);
    return (await import('../views/plan/plan-text.ts')).renderPlanText(plan, output);
  },
});

async function describeFor(context: Context, alias: string, manifest: Manifest) {
  const { openInstallOrg } = await import('./open-install-org.ts');
  const { objectsOf } = await import('../environments/local/install.ts');
  const org = await openInstallOrg(context, alias);
  return org.describe(manifest.integrations.flatMap(objectsOf));
}

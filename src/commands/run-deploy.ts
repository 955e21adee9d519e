import type { CommandInput } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { ProjectPlace } from '../config/project.ts';
import type { CheckedFile } from '../environments/checked-file.ts';
import type { DeployOptions, DeployResult } from '../environments/deploy-plan.ts';
import type { Environment } from '../environments/environment.ts';
import type { UploadKind } from '../environments/hosted/put-batch.ts';

/** What `deploy` and `rollback` have in common. */
export const deployFlags = {
  yes: { type: 'boolean', short: 'y', summary: 'Accept breaking changes; removed objects are kept running' },
  'on-removed': {
    type: 'string',
    choices: ['keep', 'stop'],
    summary: 'What installed customers keep of removed objects: their reads, or only the checkpoint',
  },
  'dry-run': { type: 'boolean', summary: 'Plan only' },
  message: { type: 'string', short: 'm', placeholder: 'text', summary: 'Why, for amp revisions' },
} as const;

export interface DeploySubject extends Pick<DeployOptions, 'saved' | 'rollbackOf'> {
  file: CheckedFile;
}

/** Plans, asks and applies what `subjectOf` finds, where the command line says. */
export async function runDeploy(
  context: Context,
  flags: CommandInput<typeof deployFlags>['flags'] & { upload?: UploadKind },
  place: ProjectPlace,
  subjectOf: (environment: Environment) => DeploySubject,
): Promise<DeployResult> {
  const { openEnvironment } = await import('../environments/open-environment.ts');
  const { deployFile } = await import('../environments/deploy-plan.ts');
  const { openLog } = await import('./open-log.ts');
  const { describeInstalledOrg } = await import('./open-install-org.ts');
  const { authorOf } = await import('../config/author.ts');
  const { renderPlanText } = await import('../views/plan/plan-text.ts');
  const environment = await openEnvironment(context, place, flags['dry-run'] ? 'look' : 'change', {
    upload: flags.upload,
    openLog: (state) => openLog(context, state),
  });
  const { output, prompt } = context;
  const look = { style: output.errorStyle, width: output.width };
  try {
    const { file, ...subject } = subjectOf(environment);
    const options: DeployOptions = {
      ...subject,
      yes: flags.yes,
      onRemoved: flags['on-removed'],
      dryRun: flags['dry-run'],
      message: flags.message,
      author: authorOf(context.config),
      describeOrg: describeInstalledOrg(context),
    };
    return await deployFile(environment, file, options, {
      prompt,
      showPlan: (plan) => output.notice(`${renderPlanText(plan, look)}\n`),
    });
  } finally {
    environment.close();
  }
}

/** JSON of deploy and rollback. */
export function deployJson({ plan, outcome, dryRun }: DeployResult) {
  const [first] = outcome?.revisions ?? [];
  return {
    changed: outcome?.changed ?? false,
    dryRun,
    environment: plan.environment,
    ...(first && { revision: first }),
    revisions: outcome?.revisions ?? [],
    changes: plan.changes,
    summary: plan.summary,
    actionNeeded: outcome?.actionNeeded ?? [],
    unmanaged: plan.unmanaged,
  };
}

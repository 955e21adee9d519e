import { AmpError } from '../errors/amp-error.ts';
import type { Prompter } from '../output/prompt.ts';
import { assertSamePlan, type DeployPlan } from '../plan/saved-plan.ts';
import { type Lock, tryLock } from '../store/lock.ts';
import type { DescribeOrg } from './ask-orgs.ts';
import { assertDestinations, assertUnchanged, type CheckedFile } from './checked-file.ts';
import { decideDeploy } from './decide.ts';
import type { DeployOutcome, Environment } from './environment.ts';
import { planDeploy } from './plan-deploy.ts';

export interface DeployOptions {
  yes?: boolean | undefined;
  onRemoved?: 'keep' | 'stop' | undefined;
  dryRun?: boolean | undefined;
  message?: string | undefined;
  /** A plan made earlier, which must still be true. */
  saved?: DeployPlan | undefined;
  rollbackOf?: number | undefined;
  author: string;
  /** Looks into the orgs of the installations while planning. */
  describeOrg?: DescribeOrg | undefined;
}

/** What a deploy needs from its caller to talk to people. */
export interface DeployDialogue {
  prompt: Prompter;
  /** Shows the plan before a question is asked. */
  showPlan(plan: DeployPlan): void;
}

export interface DeployResult {
  plan: DeployPlan;
  /** Absent when only planned. */
  outcome?: DeployOutcome;
  dryRun: boolean;
  /** Whether the plan was shown before a question. */
  shown: boolean;
}

/** Plans, asks when something breaks, applies. `file` is checked already: nothing here is reached with an invalid manifest. */
export async function deployFile(
  environment: Environment,
  file: CheckedFile,
  options: DeployOptions,
  dialogue: DeployDialogue,
): Promise<DeployResult> {
  const lock = options.dryRun ? undefined : lockDeploys(environment);
  try {
    assertDestinations(file, await environment.listDestinations());
    const plan = await planDeploy(environment, file, { describeOrg: options.describeOrg });
    if (options.saved) assertSamePlan(options.saved, plan);
    if (options.dryRun || plan.changes.length === 0) return { plan, dryRun: options.dryRun === true, shown: false };
    let shown = false;
    const onRemoved = await decideDeploy(plan, options, dialogue.prompt, () => {
      shown = true;
      dialogue.showPlan(plan);
    });
    if (options.rollbackOf === undefined) assertUnchanged(file);
    const outcome = await environment.deploy({
      manifest: file.manifest,
      source: file.bytes,
      base: plan.base,
      changes: plan.changes,
      onRemoved,
      author: options.author,
      ...(options.message !== undefined && { message: options.message }),
      ...(options.rollbackOf !== undefined && { rollbackOf: options.rollbackOf }),
    });
    return { plan, outcome, dryRun: false, shown };
  } finally {
    lock?.release();
  }
}

/** One deploy of a project at a time on this machine; also while a question is open. Throws `deploy-in-progress`. */
export function lockDeploys({ local }: Environment): Lock | undefined {
  if (!local || local.state.dir === ':memory:') return undefined;
  const lock = tryLock(local.state.lockPath('deploy'));
  if (!lock) {
    throw new AmpError({
      code: 'deploy-in-progress',
      message: 'Another amp is deploying this project (it may be waiting for an answer).',
    });
  }
  return lock;
}

import type { DeployResult } from '../environments/deploy-plan.ts';

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

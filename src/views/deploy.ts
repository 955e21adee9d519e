import type { DeployResult } from '../environments/deploy-plan.ts';
import type { DeployedRevision } from '../environments/environment.ts';
import type { Style } from '../output/style.ts';
import { type PlanLook, renderPlanText } from './plan/plan-text.ts';

/** The plan (unless it was shown before a question), then what is deployed now and who has to act. */
export function renderDeploy({ plan, outcome, dryRun, shown }: DeployResult, look: PlanLook): string {
  const { style } = look;
  const lines = shown ? [] : [renderPlanText(plan, look)];
  if (dryRun) return [...lines, style.dim('Dry run: nothing was deployed.')].join('\n');
  if (!outcome) return lines.join('\n');
  lines.push('', ...outcome.revisions.map((revision) => `${style.good('✓')} ${describeRevision(revision, style)}`));
  for (const { groupName, id, reason } of outcome.actionNeeded) {
    lines.push(`${style.warn('!')} ${groupName} must act: ${reason}`, style.dim(`  amp installations update ${id}`));
  }
  return lines.join('\n').replace(/^\n/, '');
}

function describeRevision({ number, id, integration }: DeployedRevision, style: Style): string {
  if (integration)
    return `Deployed ${style.bold(integration.name)} ${style.dim(`(${integration.id}, revision ${id})`)}`;
  return `Deployed revision ${style.bold(String(number))} ${style.dim(`(${id})`)}`;
}

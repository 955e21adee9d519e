import { AmpError } from '../errors/amp-error.ts';
import type { Prompter } from '../output/prompt.ts';
import { formatPath, parsePath } from '../plan/path.ts';
import { type Change, isBreaking, type Plan } from '../plan/plan.ts';

export interface Decision {
  yes?: boolean | undefined;
  onRemoved?: 'keep' | 'stop' | undefined;
}

/**
 * Whether to go on with a plan, and what to do with what it removes. Only breaking changes ask: on a terminal by a typed
 * word, elsewhere by flags. Throws `deploy-needs-decision` (exit 64) or `deploy-declined`.
 */
export async function decideDeploy(
  plan: Plan,
  decision: Decision,
  prompt: Prompter,
  show: () => void,
): Promise<'keep' | 'stop'> {
  const breaking = plan.changes.filter(isBreaking);
  const removed = breaking.filter(isRemoval);
  const undecided = breaking.filter((change) => !isDecided(change, removed, decision.onRemoved));
  if (decision.yes || undecided.length === 0) return decision.onRemoved ?? 'keep';
  if (!prompt.available) throw needsDecision(undecided);
  show();
  const onRemoved =
    decision.onRemoved ??
    (removed.length > 0
      ? await prompt.choose<'keep' | 'stop'>(`What happens to ${countNamed(removed)} for installed customers?`, {
          flag: '--on-removed',
          choices: [
            { value: 'keep', label: 'keep', hint: 'reads go on as they are' },
            { value: 'stop', label: 'stop', hint: 'reads end, checkpoints are kept' },
          ],
          default: 'keep',
        })
      : 'keep');
  const agreed = await prompt.confirmTyped(
    `${breaking.length === 1 ? 'One change breaks' : `${breaking.length} changes break`} something for customers. Deploy?`,
    { flag: '--yes', expected: 'deploy' },
  );
  if (!agreed) throw new AmpError({ code: 'deploy-declined', message: 'Not deployed; nothing was changed.' });
  return onRemoved;
}

function isRemoval(change: Change): boolean {
  return change.action === 'delete' && (change.kind === 'read-object' || change.kind === 'integration');
}

/** Stopping an object stops its events and writes as well; keeping can only keep its reads. */
function isDecided(change: Change, removed: readonly Change[], onRemoved: 'keep' | 'stop' | undefined): boolean {
  if (onRemoved === undefined) return false;
  if (isRemoval(change)) return true;
  const [integration, action, object] = parsePath(change.path);
  if (onRemoved === 'keep' || change.action !== 'delete' || (action !== 'subscribe' && action !== 'write'))
    return false;
  return removed.some((other) => other.path === formatPath([integration!, 'read', object!]));
}

function needsDecision(undecided: readonly Change[]): AmpError {
  const removed = undecided.filter(isRemoval);
  const [subject, hint] =
    removed.length > 0
      ? [
          `${countNamed(removed)} would be removed while customers use ${removed.length === 1 ? 'it' : 'them'}`,
          'Give --on-removed keep (reads go on), --on-removed stop (reads end, checkpoints are kept), or --yes (keep).',
        ]
      : [`${countNamed(undecided)} would change in a way that breaks installed customers`, 'Accept it with --yes.'];
  return new AmpError({ code: 'deploy-needs-decision', message: `${subject}; nothing was changed.`, hint });
}

function countNamed(changes: readonly Change[]): string {
  const [first, ...rest] = changes;
  return rest.length === 0 ? first!.path : `${first!.path} and ${rest.length} more`;
}

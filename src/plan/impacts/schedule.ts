import type { PlannedInstallation } from '../../environments/environment.ts';
import { studySchedule } from '../../manifest/schedule/known.ts';
import type { Json } from '../plan.ts';
import { type ChangeInWorld, type ImpactRule, impact, ownReadConfig, readersOf } from './impact-rule.ts';

// The least a scheduled read costs: one count, one page of changes, one page of deletions.
const callsPerRun = 3;

/** When an object is read: later data, or more of the API calls that the whole org shares. */
export const scheduleImpact: ImpactRule = (at) => {
  if (at.change.kind !== 'read-object' || at.setting !== 'schedule') return [];
  const followers = readersOf(at).filter((one) => ownReadConfig(at, one)?.schedule === undefined);
  const { before, after } = at.change;
  if (after === undefined) return [impact('breaking', 'No longer read by itself, only on request.', followers)];
  const [old, now] = [runsPerDay(before), runsPerDay(after)];
  if (now > old) return [impact('notice', sayCost(at, now - old, followers), followers)];
  if (now < old) return [impact('notice', `Data arrive later: ${now} runs a day instead of ${old}.`, followers)];
  return [impact('safe', 'As often as before, at other times.', followers)];
};

function sayCost({ world }: ChangeInWorld, moreRuns: number, followers: readonly PlannedInstallation[]): string {
  const calls = moreRuns * callsPerRun;
  const shares = followers.flatMap((one) => {
    const limit = one.orgId === undefined ? undefined : world.apiLimitOf?.(one.orgId);
    return limit ? [{ name: one.groupName, share: calls / limit.max, max: limit.max }] : [];
  });
  const most = shares.sort((a, b) => b.share - a.share)[0];
  const share = most ? `, up to ${percent(most.share)} of ${most.name}'s ${most.max.toLocaleString('en-US')}` : '';
  return `${moreRuns} more runs a day: at least ${calls.toLocaleString('en-US')} more API calls a day in each org${share}.`;
}

function runsPerDay(schedule: Json | undefined): number {
  if (typeof schedule !== 'string') return 0;
  const studied = studySchedule(schedule);
  return 'rhythm' in studied ? studied.rhythm.runsPerDay : 0;
}

function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-US', { maximumSignificantDigits: 2 })} %`;
}

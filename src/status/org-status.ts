import type { OrgRecord } from '../orgs/org.ts';
import { reconnectCommand } from '../orgs/reconnect-command.ts';
import type { OrgRegistry } from '../orgs/registry.ts';
import type { OrgHold } from '../runtime/schedule/org-holds.ts';
import type { Findings } from './status.ts';

export interface OrgStatus {
  alias: string;
  orgId: string;
  username: string;
  /** Ours, and the hosted service's word for it. */
  state: OrgRecord['status'];
  connectionState: 'working' | 'bad_credentials';
  reason?: string;
  apiVersion: string;
  isSandbox: boolean;
  isEmulator: boolean;
  apiUsage?: { used: number; max: number; at: string; percent: number };
  /** Its scheduled reads wait, and go on by themselves. */
  held?: { reason: string; since: string };
}

const usageWarningPercent = 80;
const usageGoodForMs = 86_400_000;

/** The orgs this project uses, or the default one when it uses none. */
export async function gatherOrgs(
  { registry, holds }: { registry: OrgRegistry; holds: readonly OrgHold[] },
  projectOrgs: ReadonlySet<string>,
  now: number,
  found: Findings,
): Promise<OrgStatus[]> {
  const all = await registry.list();
  const chosen = projectOrgs.size > 0 ? undefined : await registry.default();
  const orgs = chosen ? [chosen] : all.filter((org) => projectOrgs.has(org.id));
  for (const id of projectOrgs) {
    if (all.some((org) => org.id === id)) continue;
    found.attention.push({
      kind: 'org',
      subject: id,
      message: 'an installation uses this org, but it is no longer connected',
      remedy: 'amp org login',
    });
  }
  return orgs.map((org) => {
    const percent = org.apiUsage && org.apiUsage.max > 0 ? (100 * org.apiUsage.used) / org.apiUsage.max : undefined;
    if (org.status === 'needs_reauth') {
      found.attention.push({
        kind: 'org',
        subject: org.alias,
        message: org.statusReason ?? 'the org takes our sign-in no more',
        remedy: reconnectCommand(org),
      });
    }
    const hold = holds.find((other) => other.org === org.id);
    if (hold)
      found.notices.push({
        kind: 'org',
        subject: org.alias,
        message: hold.reason,
        remedy: `amp org limits --org ${org.alias}`,
      });
    // Usage is a rolling day: an old figure says nothing.
    else if (
      percent !== undefined &&
      percent >= usageWarningPercent &&
      now - Date.parse(org.apiUsage!.at) < usageGoodForMs
    ) {
      found.notices.push({
        kind: 'org',
        subject: org.alias,
        message: `${Math.floor(percent)} % of the API calls of the last 24 hours are used`,
        remedy: `amp org limits --org ${org.alias}`,
      });
    }
    return {
      alias: org.alias,
      orgId: org.orgId,
      username: org.username,
      state: org.status,
      connectionState: org.status === 'needs_reauth' ? 'bad_credentials' : 'working',
      ...(org.statusReason === undefined ? {} : { reason: org.statusReason }),
      apiVersion: org.apiVersion,
      isSandbox: org.isSandbox,
      isEmulator: org.isEmulator,
      ...(org.apiUsage && percent !== undefined
        ? { apiUsage: { ...org.apiUsage, percent: Math.round(percent * 10) / 10 } }
        : {}),
      ...(hold ? { held: { reason: hold.reason, since: new Date(hold.since).toISOString() } } : {}),
    };
  });
}

import type { OrgRecord } from '../orgs/org.ts';
import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { groupDigits } from '../platform/group-digits.ts';
import type { LoggedIn } from '../providers/salesforce/auth/login.ts';
import type { ShownOrg } from '../providers/salesforce/auth/show.ts';
import type { OrgLimit } from '../providers/salesforce/limits.ts';

/** After a sign-in: whose it is, and what is left of the day's calls. */
export function renderLogin(org: LoggedIn, style: Style, now: number): string {
  const head = `${style.good('✓')} Signed in to ${style.bold(org.orgName ?? org.orgId)} as ${org.displayName ?? org.username}`;
  return `${head}\n\n${facts(orgFacts(org, style, now), style)}`;
}

export function renderOrg(org: ShownOrg, style: Style, now: number): string {
  const head = `${style.bold(org.alias)}${org.default ? style.dim(' (default)') : ''}`;
  const token =
    org.credentials === 'unreadable'
      ? style.bad(org.credentialsProblem ?? 'cannot be read')
      : `${org.accessTokenFingerprint}${org.tokenExpiresAt ? `, until ${org.tokenExpiresAt}` : ''}`;
  const rows: [string, string][] = [
    ...orgFacts(org, style, now),
    ['State', state(org, style)],
    ...(org.statusReason && org.reconnect ? ([['Why', org.statusReason]] as [string, string][]) : []),
    ['Token', token],
    ...(org.accessToken === undefined ? [] : ([['Access token', org.accessToken]] as [string, string][])),
  ];
  const way = org.reconnect ? `\n\nSign in again: ${style.bold(org.reconnect)}` : '';
  return `${head}\n\n${facts(rows, style)}${way}`;
}

export function renderOrgList(orgs: (OrgRecord & { default: boolean })[], style: Style): string {
  if (orgs.length === 0) return 'No org is connected. Run: amp org login (or amp org login --emulator)';
  return renderTable(
    [{ head: '' }, { head: 'Alias' }, { head: 'Org' }, { head: 'Username' }, { head: 'API' }, { head: 'State' }],
    orgs.map((org) => [
      org.default ? style.accent('*') : '',
      style.bold(org.alias),
      `${org.orgName ?? org.orgId}${org.isEmulator ? style.dim(' (emulator)') : org.isSandbox ? style.dim(' (sandbox)') : ''}`,
      org.username,
      org.apiVersion,
      state(org, style),
    ]),
    style,
  );
}

function state(org: OrgRecord, style: Style): string {
  return org.status === 'connected' ? style.good('connected') : style.bad('needs sign-in');
}

function orgFacts(org: OrgRecord, style: Style, now: number): [string, string][] {
  const kind = org.isEmulator ? 'emulator' : org.isSandbox ? 'sandbox' : 'production';
  const rows: [string, string][] = [
    ['Alias', org.alias],
    ['Org', `${org.orgName ?? ''} ${style.dim(org.orgId)}`.trim()],
    ['User', org.username],
    ['Edition', `${org.edition ?? 'unknown'}, ${kind}`],
    ['Instance', org.instanceUrl],
    ['API version', org.apiVersion],
    ['Signed in by', `${org.flow}, secrets in the ${storeNames[org.credentialStore]}`],
  ];
  if (org.apiUsage) {
    const { used, max, at } = org.apiUsage;
    const minutes = Math.round((now - Date.parse(at)) / 60_000);
    rows.push([
      'API calls',
      `${groupDigits(used)} of ${groupDigits(max)} used in 24 hours${minutes > 1 ? style.dim(` (${minutes} min ago)`) : ''}`,
    ]);
  }
  return rows;
}

const storeNames: Record<OrgRecord['credentialStore'], string> = {
  keychain: 'OS keychain',
  file: 'encrypted file',
  memory: 'memory of this process',
  environment: 'environment',
};

function facts(rows: [string, string][], style: Style): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${style.dim(name.padEnd(width))}  ${value}`).join('\n');
}

const barWidth = 20;

/** A line a limit: bar, share, used of max. Marked from 80 % on. */
export function renderLimits(all: OrgLimit[], style: Style): string {
  // Allowances the org has not bought read as 0 of 0.
  const limits = all.filter((limit) => limit.max > 0);
  if (limits.length === 0) return 'The org reports no limits to this user.';
  const labelWidth = Math.max(...limits.map((limit) => limit.label.length));
  const usedWidth = Math.max(...limits.map((limit) => groupDigits(limit.used).length));
  const lines = limits.map((limit) => {
    const filled = Math.min(barWidth, limit.used > 0 ? Math.max(1, Math.round(limit.share * barWidth)) : 0);
    const colour = limit.share >= 1 ? style.bad : limit.alert ? style.warn : style.good;
    const bar = colour('█'.repeat(filled)) + style.dim('░'.repeat(barWidth - filled));
    const percent = `${Math.floor(limit.share * 100)} %`.padStart(6);
    const figures = `${groupDigits(limit.used).padStart(usedWidth)} ${style.dim(`of ${groupDigits(limit.max)}`)}`;
    return `${limit.label.padEnd(labelWidth)}  ${bar} ${limit.alert ? colour(percent) : percent}  ${figures}`;
  });
  const hot = limits.filter((limit) => limit.alert).map((limit) => limit.label);
  return hot.length === 0 ? lines.join('\n') : `${lines.join('\n')}\n\n${style.warn(`Above 80 %: ${hot.join(', ')}`)}`;
}

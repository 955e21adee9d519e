import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import type { EmulatorAddress, EmulatorStatus, FaultView } from '../providers/salesforce/index.ts';

const usualPort = '7575';

/** Where the org is and how to sign in to it. */
export function renderStarted(address: EmulatorAddress, style: Style, org?: string): string {
  const line = (label: string, value: string) => `  ${style.dim(label.padEnd(15))}${value}`;
  // Another port is found by itself only while no second emulator runs.
  const where = new URL(address.url).port === usualPort ? '' : `AMP_EMULATOR_URL=${address.url} `;
  return [
    `${style.good('●')} ${style.bold('The emulated org is running')}${org ? ` ${style.dim(`(${org})`)}` : ''}`,
    '',
    line('url', style.accent(address.url)),
    ...(address.tlsUrl ? [line('url with TLS', style.accent(address.tlsUrl))] : []),
    line('client id', address.clientId),
    line('client secret', address.clientSecret),
    line('username', address.username),
    line('password', address.password),
    line('security token', address.securityToken),
    '',
    `  Not Salesforce: every secret is made up and works only here.`,
    `  Sign in with:   ${style.info(`${where}amp org login --emulator`)}`,
  ].join('\n');
}

export function renderStatus(emulators: readonly EmulatorStatus[], style: Style): string {
  if (emulators.length === 0) return `No emulator runs. Start one with ${style.info('amp emulator start')}.`;
  return emulators
    .map(({ address, status }) =>
      [
        renderStarted(address, style, `pid ${address.pid}`),
        '',
        `  ${style.dim('org’s clock'.padEnd(15))}${status.now}`,
        `  ${style.dim('activity'.padEnd(15))}${status.apiCalls} API calls · ${status.changes} changes · ${status.bulkJobs} bulk jobs · ${status.faults} faults active`,
      ].join('\n'),
    )
    .join('\n\n');
}

export function renderFaults(
  result: { active: readonly FaultView[]; available?: readonly { name: string; summary: string }[] },
  style: Style,
): string {
  const active =
    result.active.length === 0
      ? 'No fault is active.'
      : renderTable(
          [
            { head: '#', align: 'right' },
            { head: 'fault' },
            { head: 'meets' },
            { head: 'left', align: 'right' },
            { head: 'hits', align: 'right' },
          ],
          result.active.map(({ id, name, match, count, rate, hits }) => [
            id,
            name,
            [match.method, match.path ?? match.pattern].filter(Boolean).join(' ') || 'every call',
            rate === undefined ? String(count ?? '∞') : `${Math.round(rate * 100)} %`,
            String(hits),
          ]),
          style,
        );
  if (!result.available) return active;
  const width = Math.max(...result.available.map(({ name }) => name.length)) + 2;
  const names = result.available.map(({ name, summary }) => `  ${name.padEnd(width)}${style.dim(summary)}`);
  return [active, '', style.bold('Faults to add'), ...names].join('\n');
}

export function renderLedgerLine(entry: Record<string, unknown>, style: Style): string {
  const fields = (entry.changedFields as string[]).join(', ');
  const sequence = String(entry.sequence).padStart(6);
  return `${style.dim(`${sequence}  ${entry.at}`)}  ${String(entry.kind).padEnd(8)}  ${entry.object} ${entry.recordId}  ${style.dim(fields)}`.trimEnd();
}

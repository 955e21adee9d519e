import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { fitText, terminalText } from '../output/terminal-text.ts';
import { agoText, durationText } from '../output/time-text.ts';
import { groupDigits } from '../platform/group-digits.ts';
import type { DriftStatus } from '../status/drift-status.ts';
import type { Status } from '../status/status.ts';
import { renderFindings } from './findings.ts';

interface Options {
  style: Style;
  width: number;
  now: number;
}

/** `amp status`: what needs a person on top, then a small table for each part that has something in it. */
export function renderStatus(status: Status, options: Options): string {
  const { style } = options;
  const parts = [
    status.healthy
      ? `${style.good('✓')} ${style.bold('Nothing needs a person.')}`
      : renderFindings({ attention: status.attention, notices: [] }, options),
    renderFindings({ attention: [], notices: status.notices }, options),
    section('Orgs', orgRows(status, options), options),
    section('Installations, last 24 hours', installationRows(status, options), options),
    section('Destinations', destinationRows(status, options), options),
    section('Subscriptions', subscriptionRows(status, options), options),
    footer(status, options),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function section(title: string, rows: { heads: string[]; cells: string[][] }, { style }: Options): string {
  if (rows.cells.length === 0) return '';
  const heads = rows.heads.map((head) => ({ head }));
  return `${style.bold(title)}\n${renderTable(heads, rows.cells, style)}`;
}

function orgRows({ orgs }: Status, { style, width }: Options) {
  return {
    heads: ['Org', 'User', 'State', 'API', 'Calls used'],
    cells: orgs.map((org) => [
      fitText(org.alias, 16),
      fitText(org.username, Math.max(width - 62, 16)),
      org.state === 'connected' ? style.good('connected') : style.bad('sign-in needed'),
      org.apiVersion,
      org.apiUsage
        ? paintUsage(
            org.apiUsage.percent,
            `${groupDigits(org.apiUsage.used)} (${Math.floor(org.apiUsage.percent)} %)`,
            style,
          )
        : style.dim('not known'),
    ]),
  };
}

function paintUsage(percent: number, text: string, style: Style): string {
  return percent >= 80 ? style.warn(text) : text;
}

function installationRows({ installations }: Status, { style, width, now }: Options) {
  return {
    heads: ['Group', 'Integration', 'State', 'Last read', 'Lag', 'Records', 'Errors', 'Drift'],
    cells: installations.map((row) => {
      const reads = row.reads.filter((read) => read.lastReadAt).map((read) => Date.parse(read.lastReadAt!));
      const lags = row.reads.map((read) => read.lagMs).filter((lag) => lag !== undefined);
      const lag = Math.max(0, ...lags);
      const { failed, ended } = row.errorRate;
      return [
        fitText(row.groupRef, Math.max(width - 70, 10)),
        fitText(row.integration, 12),
        stateText(row.status, style),
        reads.length > 0 ? agoText(Math.max(...reads), now) : style.dim('never'),
        lags.length === 0
          ? style.dim('–')
          : lag > 600_000
            ? style.bad(durationText(lag))
            : lag > 0
              ? durationText(lag)
              : 'none',
        groupDigits(row.records),
        ended === 0 ? style.dim('–') : failed > 0 ? style.bad(`${failed} of ${ended}`) : '0',
        row.drift ? driftText(row.drift, style) : style.dim('–'),
      ];
    }),
  };
}

function driftText({ changes, breaking }: DriftStatus, style: Style): string {
  if (breaking > 0) return style.bad(changes > 0 ? `${changes}, breaks` : 'breaks');
  return changes > 0 ? style.warn(String(changes)) : 'none';
}

function stateText(state: string, style: Style): string {
  if (state === 'active') return style.good('active');
  if (state === 'paused') return style.dim('paused');
  return style.bad(state === 'needs_reauth' ? 'sign-in' : 'action');
}

function destinationRows({ destinations }: Status, { style, width, now }: Options) {
  return {
    heads: ['Destination', 'State', 'Waiting', 'Dead', 'Last failure'],
    cells: destinations.map((row) => [
      fitText(row.name, 20),
      row.state === 'enabled' ? style.good('enabled') : style.bad('disabled'),
      row.backlog.oldestAt
        ? `${row.backlog.pending} since ${agoText(Date.parse(row.backlog.oldestAt), now).replace(' ago', '')}`
        : String(row.backlog.pending),
      row.backlog.dead > 0 ? style.bad(String(row.backlog.dead)) : '0',
      row.lastFailure
        ? fitText(
            `${agoText(Date.parse(row.lastFailure.at), now)}: ${row.lastFailure.reason}`,
            Math.max(width - 54, 20),
          )
        : style.dim('none'),
    ]),
  };
}

function subscriptionRows({ subscriptions, installations, orgs }: Status, { style, width }: Options) {
  const whose = (scope: string) => {
    const id = scope.replace(/^tail:/, '');
    const installation = installations.find((row) => row.id === id);
    const name = installation
      ? `${installation.groupRef} (${installation.integration})`
      : orgs.find((org) => id.startsWith(`${org.orgId}:`))?.alias;
    return id === scope ? (name ?? id) : `tail of ${name ?? id}`;
  };
  return {
    heads: ['Channel', 'For', 'Lag', 'Expires in'],
    cells: subscriptions.map((row) => [
      fitText(row.channel, Math.max(width - 48, 20)),
      fitText(whose(row.scope), 20),
      durationText(row.lagMs),
      row.hoursToExpiry <= 0
        ? style.bad('expired')
        : row.hoursToExpiry < 24
          ? style.warn(`${row.hoursToExpiry} h`)
          : `${Math.floor(row.hoursToExpiry)} h`,
    ]),
  };
}

function footer({ operations, queues, installations, runner }: Status, { style, now }: Options): string {
  const { pending, dead } = queues.outbox;
  const writes = queues.writes.waiting + queues.writes.gathering;
  const parts = [
    `${operations.running} running`,
    `${operations.failedLast24h} failed in 24 h`,
    `outbox ${pending} waiting${dead > 0 ? `, ${dead} dead` : ''}`,
    ...(writes > 0 ? [`${writes} ${writes === 1 ? 'write' : 'writes'} queued`] : []),
    ...(installations.length === 0 ? ['no installations'] : []),
  ];
  const process = runner
    ? `amp run is process ${runner.pid}, started ${agoText(Date.parse(runner.startedAt), now)}`
    : 'amp run is not running';
  return style.dim(`${process}\n${terminalText(parts.join(' · '))}`);
}

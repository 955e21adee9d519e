import type { InstallResult } from '../environments/local/install.ts';
import type { InstallationRecord, InstallationStatus } from '../installations/installation.ts';
import type { ObjectPermission } from '../installations/permissions.ts';
import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { terminalText, wrapText } from '../output/terminal-text.ts';
import { agoText } from '../output/time-text.ts';
import type { PlanLook } from './plan/plan-text.ts';

/** A line each; what needs somebody says so below. */
export function renderInstallationList(
  installations: readonly InstallationRecord[],
  { style, width }: PlanLook,
): string {
  if (installations.length === 0) return 'Nobody has installed anything. Run amp install <integration> --group <ref>.';
  const table = renderTable(
    [
      { head: 'Customer' },
      { head: 'Integration' },
      { head: 'State' },
      { head: 'Revision', align: 'right' },
      { head: 'Id' },
    ],
    installations.map((one) => [
      terminalText(one.groupName),
      one.integration,
      stateText(one.status, style),
      String(one.revision),
      style.dim(one.id),
    ]),
    style,
  );
  const notes = installations
    .filter((one) => one.statusReason !== undefined)
    .flatMap((one) =>
      wrapText(`${one.groupName}: ${one.statusReason}`, width - 2).map((line, i) => `${i === 0 ? '' : '  '}${line}`),
    );
  return notes.length > 0 ? [table, '', ...notes].join('\n') : table;
}

/** Everything about one installation. */
export function renderInstallation(
  one: InstallationRecord & { deployedRevision: number | undefined; permissions: ObjectPermission[]; org: string },
  { style }: PlanLook,
  nowMs: number,
): string {
  const behind = one.deployedRevision !== undefined && one.deployedRevision !== one.revision;
  const facts: [string, string][] = [
    ['Id', one.id],
    ['Customer', one.groupName === one.groupRef ? one.groupRef : `${one.groupName} (${one.groupRef})`],
    ...(one.consumerRef === undefined ? [] : [['Person', one.consumerName ?? one.consumerRef] as [string, string]]),
    ['State', `${stateText(one.status, style)}${one.statusReason ? `  ${terminalText(one.statusReason)}` : ''}`],
    ['Revision', `${one.revision}${behind ? style.warn(`  (${one.deployedRevision} is deployed)`) : ''}`],
    ['Org', terminalText(one.org)],
    ['Changed', agoText(Date.parse(one.updatedAt), nowMs)],
  ];
  for (const { objectName, note } of one.pausedObjects)
    facts.push(['Paused', note ? `${objectName}  ${note}` : objectName]);
  for (const { objectName, revision } of one.keptObjects)
    facts.push(['Kept', `${objectName} as of revision ${revision}`]);
  return [
    style.bold(one.integration),
    ...facts.map(([label, text]) => `${style.dim(label.padEnd(9))} ${text}`),
    '',
    style.bold('Rights the connected user needs'),
    renderPermissions(one.permissions, style),
    '',
    style.dim(`amp installations show ${one.id} --config prints the config.`),
  ].join('\n');
}

export function renderInstall(result: InstallResult & { org: string }, style: Style): string {
  const { installation } = result;
  return [
    `${style.good('✓')} ${style.bold(installation.integration)} is installed for ${terminalText(installation.groupName)} on ${result.org} ${style.dim(`(${installation.id})`)}`,
    ...notesOf(result, style),
  ].join('\n');
}

export function renderUpdate(result: InstallResult & { org: string }, style: Style): string {
  const { installation } = result;
  return [
    `${style.good('✓')} ${style.bold(installation.integration)} of ${terminalText(installation.groupName)} is updated: ${stateText(installation.status, style)}, revision ${installation.revision}`,
    ...notesOf(result, style),
  ].join('\n');
}

export function renderPause(
  { changed, installation }: { changed: boolean; installation: InstallationRecord },
  style: Style,
): string {
  const paused = installation.pausedObjects.map((object) => object.objectName);
  const state = `${terminalText(installation.groupName)}: ${stateText(installation.status, style)}`;
  const objects = paused.length > 0 ? `, paused: ${paused.join(', ')}` : '';
  return changed ? `${style.good('✓')} ${state}${objects}` : `Nothing to change. ${state}${objects}`;
}

function notesOf({ sampled, untried, warnings }: InstallResult, style: Style): string[] {
  return [
    ...(sampled.length > 0 ? [`  One record read of ${sampled.join(', ')}.`] : []),
    ...untried.map(({ objectName, reason }) =>
      style.warn(`  ${objectName} was not tried out: ${terminalText(reason)}`),
    ),
    ...warnings.flatMap(({ message, hint }) => [
      ...wrapText(terminalText(message), 76).map((line) => style.warn(`  ${line}`)),
      ...(hint ? wrapText(terminalText(hint), 74).map((line) => style.dim(`    ${line}`)) : []),
    ]),
  ];
}

function renderPermissions(permissions: readonly ObjectPermission[], style: Style): string {
  return renderTable(
    [{ head: 'Object' }, { head: 'Rights' }, { head: 'Readable fields' }],
    permissions.map((one) => [one.objectName, rightsText(one), fieldsText(one.fields)]),
    style,
  );
}

function rightsText({ read, create, edit, delete: remove, viewAll }: ObjectPermission): string {
  return [read && 'read', create && 'create', edit && 'edit', remove && 'delete', viewAll && 'view all']
    .filter(Boolean)
    .join(', ');
}

function fieldsText(fields: readonly string[]): string {
  if (fields.includes('*')) return 'every field';
  const shown = fields.slice(0, 5).join(', ');
  return fields.length > 5 ? `${shown} and ${fields.length - 5} more` : shown;
}

function stateText(status: InstallationStatus, style: Style): string {
  const text = status.replace('_', ' ');
  if (status === 'active') return style.good(text);
  return status === 'paused' ? style.dim(text) : style.warn(text);
}

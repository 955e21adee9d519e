import type { Context } from '../../cli/context.ts';
import { createInstallationStore } from '../../environments/local/installation-store.ts';
import type { LocalProject } from '../../environments/local/local-project.ts';
import { loadBase } from '../../environments/local/revisions.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { createNotifier } from '../../notifications/notifier.ts';
import { connectionSet, installationSet } from '../../notifications/payload.ts';

/** Tells the project about an installation, through the outbox, inside the transaction that changes it. */
export function announceInstallation(
  { clock }: Pick<Context, 'clock'>,
  { state }: LocalProject,
  type: 'installation.created' | 'installation.deleted',
  installation: InstallationRecord,
): void {
  const projectId = loadBase(state.db).lineage;
  const notifier = createNotifier(state.db, { clock });
  const { groupRef, orgId, id } = installation;
  // A connection is a customer's org in this project: it comes with its first installation and goes with its last.
  const isOnly = createInstallationStore(state.db)
    .list({ groupRef, orgId })
    .every((other) => other.id === id);
  if (isOnly && type === 'installation.created')
    notifier.notify('connection.created', connectionSet(installation, projectId));
  notifier.notify(type, { ...installationSet(installation, projectId), config: installation.config });
  if (isOnly && type === 'installation.deleted')
    notifier.notify('connection.deleted', connectionSet(installation, projectId));
}

/** A subscription of the installation cannot be made; `error` says which and why. */
export function announceStreamProblem(
  { clock }: Pick<Context, 'clock'>,
  { state }: LocalProject,
  installation: InstallationRecord,
  error: string,
): void {
  const set = installationSet(installation, loadBase(state.db).lineage);
  createNotifier(state.db, { clock }).notify('subscribe.create.error', { ...set, error });
}

/** Scheduled reads of an installation were paused, by a person or for a reason; `error` is the reason. */
export function announcePause(
  { clock }: Pick<Context, 'clock'>,
  { state }: LocalProject,
  installation: InstallationRecord,
  error: string | undefined,
): void {
  const set = installationSet(installation, loadBase(state.db).lineage);
  const data = { ...set, config: installation.config, ...(error === undefined ? {} : { error }) };
  createNotifier(state.db, { clock }).notify('read.schedule.paused', data);
}

/** They go on: the next pause is news again. */
export function forgetPause({ clock }: Pick<Context, 'clock'>, { state }: LocalProject, installationId: string): void {
  createNotifier(state.db, { clock }).clear('read.schedule.paused', { subject: installationId });
}

/** The same for a change of its config, with the config before. */
export function announceUpdate(
  { clock }: Pick<Context, 'clock'>,
  { state }: LocalProject,
  installation: InstallationRecord,
  lastConfig: InstallationConfig,
): void {
  const set = installationSet(installation, loadBase(state.db).lineage);
  const data = { ...set, config: installation.config, lastConfig };
  createNotifier(state.db, { clock }).notify('installation.updated', data);
}

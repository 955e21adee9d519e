import type { Context } from '../cli/context.ts';
import type { LocalProject } from '../environments/local/local-project.ts';
import { loadBase } from '../environments/local/revisions.ts';
import type { InstallationConfig } from '../installations/config.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import { createNotifier } from '../notifications/notifier.ts';
import { installationSet } from '../notifications/payload.ts';

/** Tells the project about an installation, through the outbox, inside the transaction that changes it. */
export function announceInstallation(
  { clock }: Pick<Context, 'clock'>,
  { state }: LocalProject,
  type: 'installation.created' | 'installation.deleted',
  installation: InstallationRecord,
): void {
  const set = installationSet(installation, loadBase(state.db).lineage);
  createNotifier(state.db, { clock }).notify(type, { ...set, config: installation.config });
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

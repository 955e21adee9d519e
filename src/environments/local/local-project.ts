import { effectiveIntegration } from '../../installations/effective-integration.ts';
import type { InstallationRecord, InstallationStore } from '../../installations/installation.ts';
import type { Integration, Manifest } from '../../manifest/manifest.ts';
import type { State } from '../../store/state.ts';
import { createInstallationStore } from './installation-store.ts';
import { loadCurrentRevision, loadRevision, type Revision } from './revisions.ts';

/** A project's deployed state on this machine: what runs here, and for whom. */
export interface LocalProject {
  readonly state: State;
  readonly installations: InstallationStore;
  /** Undefined before the first deploy. */
  currentRevision(): Revision | undefined;
  /** The integration as this installation runs it (its revision, plus objects it keeps). */
  integrationOf(installation: InstallationRecord): Integration | undefined;
}

export function openLocalProject(state: State): LocalProject {
  // Revisions never change, so a manifest is read once.
  const manifests = new Map<number, Manifest | undefined>();
  const manifestOf = (number: number) => {
    if (!manifests.has(number)) manifests.set(number, loadRevision(state.db, number)?.manifest);
    return manifests.get(number);
  };
  return {
    state,
    installations: createInstallationStore(state.db),
    currentRevision: () => loadCurrentRevision(state.db),
    integrationOf: (installation) => effectiveIntegration(installation, manifestOf),
  };
}

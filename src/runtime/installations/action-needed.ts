import { loadCurrentRevision } from '../../environments/local/revisions.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { missingChoices } from '../../installations/choices.ts';
import type { InstallationRecord, InstallationStore } from '../../installations/installation.ts';
import { describeMissing } from '../../installations/re-resolve.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../store/database.ts';

/**
 * `action_needed` has two causes: the deployed manifest wants a choice that the customer has not made, or a read met a choice
 * that does not fit the org any more. The second may pass by itself (an admin shows the field again), so the read that works
 * takes it back. An installation that is paused or signed out stays what it is: that somebody wanted, or has to end.
 */
export interface ActionNeededWorld {
  db: Database;
  installations: InstallationStore;
  clock: Clock;
}

/** A read has failed: when a choice no longer fits the org, the installation says so until it does. */
export function noteChoiceBroken(
  { db, installations, clock }: ActionNeededWorld,
  installationId: string,
  error: unknown,
): void {
  if (!(error instanceof AmpError) || !['read-field-missing', 'read-mapping-missing'].includes(error.code)) return;
  db.transaction(() => {
    const current = installations.get(installationId);
    if (current?.status !== 'active' && current?.status !== 'action_needed') return;
    installations.setStatus(installationId, 'action_needed', error.message, new Date(clock.now()).toISOString());
  });
}

/** A read has succeeded: when the installation says why an earlier read of this object failed, that is over. */
export function noteChoiceWorks(
  { db, installations, clock }: ActionNeededWorld,
  installationId: string,
  objectName: string,
): void {
  db.transaction(() => {
    const current = installations.get(installationId);
    if (current?.status !== 'action_needed' || !hasFailedFor(db, current, objectName)) return;
    const missing = missingChoiceOf(db, current);
    const status = missing === undefined ? 'active' : 'action_needed';
    installations.setStatus(installationId, status, missing, new Date(clock.now()).toISOString());
  });
}

/** The choice an installation lacks under the deployed manifest, as a sentence; undefined when it has them all. */
export function missingChoiceOf(db: Database, { integration, config }: InstallationRecord): string | undefined {
  const deployed = loadCurrentRevision(db)?.manifest.integrations.find(({ name }) => name === integration);
  const missing = deployed ? missingChoices(deployed, config) : [];
  return missing.length > 0 ? describeMissing(missing) : undefined;
}

function hasFailedFor(db: Database, { id, statusReason }: InstallationRecord, objectName: string): boolean {
  return (
    db
      .prepare(
        `SELECT 1 FROM operations WHERE installation_id = ? AND object = ? AND action = 'read' AND status = 'failure'
           AND json_extract(error, '$.title') = ? LIMIT 1`,
      )
      .get(id, objectName, statusReason ?? '') !== undefined
  );
}

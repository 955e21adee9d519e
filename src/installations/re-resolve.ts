import { findObject } from '../manifest/identity.ts';
import type { Integration } from '../manifest/manifest.ts';
import { type MissingChoice, missingChoices, removedReads } from './choices.ts';
import type { InstallationRecord, KeptObject } from './installation.ts';

export interface ManifestChange {
  /** What the installation runs now; undefined when its integration is unknown. */
  before: Integration | undefined;
  /** The integration in the new manifest; undefined = it is gone. */
  after: Integration | undefined;
  /** Number of the new revision. */
  revision: number;
  /** What happens to read objects, or the whole integration, that the new manifest lacks. */
  onRemoved: 'keep' | 'stop';
  /** ISO time. */
  at: string;
}

/**
 * An installation after a deploy. Usually it moves to the new revision: new fields and defaults reach it, its own choices
 * stay. When a required mapping has no source it stays on its old revision, marked `action_needed`, and keeps running.
 */
export function reResolve(installation: InstallationRecord, change: ManifestChange): InstallationRecord {
  const { after, revision, at } = change;
  if (!after) return withoutIntegration(installation, change);
  const missing = missingChoices(after, installation.config);
  const moved: InstallationRecord = { ...installation, integration: after.name };
  if (missing.length > 0) {
    return {
      ...moved,
      ...(installation.status === 'active' || installation.status === 'action_needed'
        ? { status: 'action_needed', statusReason: describeMissing(missing) }
        : {}),
      pausedObjects: withStopped(installation, change),
      updatedAt: at,
    };
  }
  const resolved: InstallationRecord = { ...moved, revision, keptObjects: keptAfter(installation, change) };
  if (installation.status === 'action_needed') {
    resolved.status = 'active';
    delete resolved.statusReason;
  }
  return { ...resolved, updatedAt: at };
}

/** One sentence that names what has to be chosen. */
export function describeMissing(missing: readonly MissingChoice[]): string {
  const names = missing.map(({ objectName, mapToName }) => `${mapToName} of ${objectName}`);
  return `Choose a field for ${names.join(', ')}.`;
}

function withoutIntegration(installation: InstallationRecord, { revision, onRemoved, at }: ManifestChange) {
  if (onRemoved === 'keep') return installation;
  return {
    ...installation,
    status: 'paused' as const,
    statusReason: `Revision ${revision} removed the integration "${installation.integration}".`,
    updatedAt: at,
  };
}

/** Still on the old revision, so what was removed with `stop` has to be paused by name. */
function withStopped(installation: InstallationRecord, { before, after, revision, onRemoved, at }: ManifestChange) {
  if (onRemoved === 'keep') return installation.pausedObjects;
  const paused = new Set(installation.pausedObjects.map((object) => object.objectName));
  const stopped = removedReads(before, after, installation.config)
    .filter((object) => !paused.has(object.objectName))
    .map(({ objectName }) => ({ objectName, note: `Removed in revision ${revision}.`, pausedAt: at }));
  return [...installation.pausedObjects, ...stopped];
}

function keptAfter(installation: InstallationRecord, change: ManifestChange): KeptObject[] {
  const { before, after, onRemoved } = change;
  const keptBefore = installation.keptObjects.filter(
    ({ objectName }) => !findObject(after!.provider, after!.read?.objects, objectName),
  );
  const known = new Set(keptBefore.map((kept) => kept.objectName));
  const removed = onRemoved === 'keep' ? removedReads(before, after, installation.config) : [];
  return [
    ...keptBefore,
    ...removed
      .filter(({ objectName }) => !known.has(objectName))
      .map(({ objectName }) => ({
        objectName,
        integration: installation.integration,
        revision: installation.revision,
      })),
  ];
}

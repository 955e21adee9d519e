import { readConfigOf, readsObject } from '../../installations/choices.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { findObject } from '../../manifest/identity.ts';
import type { Integration } from '../../manifest/manifest.ts';

/** An object that an installation reads by itself. */
export interface ActiveRead {
  /** Manifest's spelling. */
  objectName: string;
  /** Five-field cron in UTC; undefined: it is read on request only, after its backfill. */
  schedule: string | undefined;
}

/**
 * What an installation reads by itself and when: its own schedule counts, else the manifest's. Objects it switched off or
 * paused are left out; an object with `enabled: always` is read also when its config does not mention it. One without a
 * schedule has its backfill run by itself, and nothing else.
 */
export function activeReads(integration: Integration, installation: InstallationRecord): ActiveRead[] {
  const { provider } = integration;
  if (installation.status === 'paused' || installation.status === 'needs_reauth') return [];
  return (integration.read?.objects ?? []).flatMap((object) => {
    if (!readsObject(provider, installation.config, object)) return [];
    if (findObject(provider, installation.pausedObjects, object.objectName)) return [];
    const config = readConfigOf(provider, installation.config, object.objectName);
    const schedule = config?.schedule || object.schedule || undefined;
    return [{ objectName: object.objectName, schedule }];
  });
}

import { readConfigOf, readsObject } from '../../installations/choices.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { findObject } from '../../manifest/identity.ts';
import type { Integration } from '../../manifest/manifest.ts';

export interface ScheduledRead {
  /** Manifest's spelling. */
  objectName: string;
  /** Five-field cron in UTC. */
  schedule: string;
}

/** `enabled: always` without a schedule of its own is read this often. */
const alwaysSchedule = '*/15 * * * *';

/**
 * What an installation reads by itself and when: its own schedule counts, else the manifest's. Objects it switched off or
 * paused are left out; an object with `enabled: always` is read also when its config does not mention it.
 */
export function scheduledReads(integration: Integration, installation: InstallationRecord): ScheduledRead[] {
  const { provider } = integration;
  if (installation.status === 'paused' || installation.status === 'needs_reauth') return [];
  return (integration.read?.objects ?? []).flatMap((object) => {
    if (!readsObject(provider, installation.config, object)) return [];
    if (findObject(provider, installation.pausedObjects, object.objectName)) return [];
    const config = readConfigOf(provider, installation.config, object.objectName);
    const schedule = config?.schedule || object.schedule || (object.enabled === 'always' ? alwaysSchedule : undefined);
    return schedule ? [{ objectName: object.objectName, schedule }] : [];
  });
}

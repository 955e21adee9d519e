import type { InstallationRecord } from '../../installations/installation.ts';
import { findObject } from '../../manifest/identity.ts';
import type { Integration } from '../../manifest/manifest.ts';

/** What an installation follows: objects of the manifest's subscribe part that its config has. */
export function followedObjects(integration: Integration, installation: InstallationRecord): string[] {
  const chosen = Object.keys(installation.config.subscribe?.objects ?? {}).map((objectName) => ({ objectName }));
  return (integration.subscribe?.objects ?? [])
    .map(({ objectName }) => objectName)
    .filter((name) => findObject(integration.provider, chosen, name) !== undefined);
}

import { findObject } from '../manifest/identity.ts';
import type { Integration, Manifest } from '../manifest/manifest.ts';
import type { InstallationRecord } from './installation.ts';

/**
 * What an installation runs: its integration as the revision it was resolved against defines it, plus the read objects that
 * a later manifest dropped and it keeps. Undefined when that revision has no such integration. `manifestOf` gives the
 * manifest of a revision number.
 */
export function effectiveIntegration(
  installation: Pick<InstallationRecord, 'integration' | 'revision' | 'keptObjects'>,
  manifestOf: (revision: number) => Manifest | undefined,
): Integration | undefined {
  const integrationAt = (revision: number, name: string) =>
    manifestOf(revision)?.integrations.find((integration) => integration.name === name);
  const integration = integrationAt(installation.revision, installation.integration);
  if (!integration || installation.keptObjects.length === 0) return integration;
  const kept = installation.keptObjects.flatMap(({ objectName, revision, integration: name }) => {
    if (findObject(integration.provider, integration.read?.objects, objectName)) return [];
    const object = findObject(integration.provider, integrationAt(revision, name)?.read?.objects, objectName);
    return object ? [object] : [];
  });
  return { ...integration, read: { objects: [...(integration.read?.objects ?? []), ...kept] } };
}

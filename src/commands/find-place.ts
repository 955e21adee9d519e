import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { Integration, Manifest } from '../manifest/manifest.ts';
import type { ReadSource } from '../runtime/read/read-source.ts';
import type { State } from '../store/state.ts';

/** What a command works on: a customer's installation, the manifest, or nothing but an org. */
export interface Place {
  manifest: Manifest | undefined;
  integration: Integration | undefined;
  installation: InstallationRecord | undefined;
}

/** The installation of --group (the one that reads `objectName`, when there are several), else the manifest, else nothing but the org. */
export async function findPlace(
  context: Context,
  state: State,
  flags: { group?: string; integration?: string; org?: string },
  objectName?: string,
): Promise<Place> {
  if (flags.group === undefined) {
    const { findManifest } = await import('../platform/manifest-file.ts');
    const file = context.config.manifestFile ?? findManifest(context.cwd);
    if (!file) return { manifest: undefined, integration: undefined, installation: undefined };
    const { loadCheckedFile } = await import('../environments/checked-file.ts');
    const { manifest } = loadCheckedFile(file);
    const named = manifest.integrations.filter(
      ({ name }) => flags.integration === undefined || name === flags.integration,
    );
    return { manifest, integration: named.find(({ subscribe }) => subscribe) ?? named[0], installation: undefined };
  }
  if (flags.org !== undefined) throw groupHasOrg();
  const { findInstallation } = await import('./find-installation.ts');
  const { sourceOfInstallation } = await import('../runtime/read/read-source.ts');
  const find = (integration: Integration, installation: InstallationRecord) =>
    objectName === undefined || sourceOfInstallation(installation, integration, objectName);
  return { manifest: undefined, ...(await findInstallation(state, flags.group, flags.integration, find)) };
}

/** A customer's installation is connected to one org: another one beside it would be left unheard. */
export const groupHasOrg = () =>
  new AmpError({ code: 'usage', message: "--group means the installation's org: leave --org out." });

/** The object to read there. Throws `read-object-…`. */
export async function sourceAt(
  place: Place,
  objectName: string,
  integrationName: string | undefined,
): Promise<ReadSource> {
  const { sourceOfInstallation, sourceOfManifest } = await import('../runtime/read/read-source.ts');
  return place.installation && place.integration
    ? sourceOfInstallation(place.installation, place.integration, objectName)
    : withoutOpenChoices(sourceOfManifest(place.manifest, objectName, integrationName));
}

/** Nobody has chosen a source for these yet; only looking must not need it. */
function withoutOpenChoices(source: ReadSource): ReadSource {
  const requiredFields = source.object.requiredFields.filter(
    (entry) => entry.kind === 'fixed' || entry.default !== undefined,
  );
  return { ...source, object: { ...source.object, requiredFields } };
}

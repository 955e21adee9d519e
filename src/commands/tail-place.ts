import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { Integration, Manifest } from '../manifest/manifest.ts';
import type { ReadSource } from '../runtime/read/read-source.ts';
import type { Describe } from '../runtime/read/resolve-plan.ts';
import type { Subscription } from '../runtime/subscribe/subscription.ts';
import type { State } from '../store/state.ts';
import type { TailFlags } from './tail.ts';

/** What `amp tail` follows: a customer's installation, the manifest, or nothing but an org. */
export interface Place {
  manifest: Manifest | undefined;
  integration: Integration | undefined;
  installation: InstallationRecord | undefined;
}

/** The installation of --group, else the manifest, else nothing but the org. */
export async function findPlace(context: Context, state: State, flags: TailFlags): Promise<Place> {
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
  const { openLocalProject } = await import('../environments/local/local-project.ts');
  const project = openLocalProject(state);
  const [installation, other] = project.installations.list({
    groupRef: flags.group,
    ...(flags.integration ? { integration: flags.integration } : {}),
  });
  if (!installation || other) {
    throw new AmpError({
      code: installation ? 'usage' : 'installation-not-found',
      message: installation
        ? `"${flags.group}" has several installations.`
        : `No installation has the group "${flags.group}".`,
      hint: installation ? 'Name one with --integration.' : 'See amp installations list.',
    });
  }
  return { manifest: undefined, integration: project.integrationOf(installation), installation };
}

/** The subscriptions of the named objects, or of everything the integration subscribes. */
export async function resolveAll(
  describe: Describe,
  place: Place,
  objects: readonly string[],
  scope: string,
  flags: TailFlags,
): Promise<Subscription[]> {
  const { sourceOfInstallation, sourceOfManifest, withOverrides } = await import('../runtime/read/read-source.ts');
  const { resolveSubscription, subscribedNames, subscribedObject } = await import(
    '../runtime/subscribe/subscription-source.ts'
  );
  const names = objects.length > 0 ? objects : subscribedNames({ integration: place.integration });
  return Promise.all(
    names.map(async (name) => {
      const source: ReadSource =
        place.installation && place.integration
          ? sourceOfInstallation(place.installation, place.integration, name)
          : withoutOpenChoices(sourceOfManifest(place.manifest, name, flags.integration));
      const own = withOverrides(source, {
        mappings: {},
        fields: [],
        allFields: flags['all-fields'] === true,
        filters: undefined,
      });
      const subscribed = subscribedObject(source);
      const config = subscribed && place.installation?.config.subscribe?.objects?.[subscribed.objectName];
      return resolveSubscription({ describe, source: own, subscribed, config, scope });
    }),
  );
}

/** Nobody has chosen a source for these yet; looking at events must not need it. */
function withoutOpenChoices(source: ReadSource): ReadSource {
  const requiredFields = source.object.requiredFields.filter(
    (entry) => entry.kind === 'fixed' || entry.default !== undefined,
  );
  return { ...source, object: { ...source.object, requiredFields } };
}

import { createHash } from 'node:crypto';
import { AmpError } from '../../errors/amp-error.ts';
import { checkManifest } from '../../manifest/check.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { normalizeManifest } from '../../manifest/normalize.ts';
import type { DeployBase, DeployRequest, Environment, PlannedInstallation } from '../environment.ts';
import { assertBase } from '../local/deploy.ts';
import type { HostedDestination, HostedInstallation, HostedIntegration } from './answers.ts';
import type { HostedApi } from './hosted-api.ts';
import { path } from './path.ts';
import { putBatch, type UploadKind } from './put-batch.ts';

/**
 * A project of the hosted platform as a place to deploy to. It upserts by name: integrations the manifest does not name stay
 * as they are, and are reported as unmanaged. Nothing is deployed unless both lists it was planned on could be read.
 */
export function createHostedEnvironment(api: HostedApi, upload: UploadKind, close: () => void): Environment {
  const project = api.project;
  const listIntegrations = async () =>
    listOf<HostedIntegration>(await api.get(path`/projects/${project}/integrations`), 'integrations');
  return {
    kind: 'hosted',
    name: project,
    async loadDeployed(desired) {
      const integrations = await listIntegrations();
      const installations = listOf<HostedInstallation>(
        await api.get(path`/projects/${project}/installations`),
        'installations',
      );
      const names = new Set(desired.integrations.map((integration) => integration.name));
      const managed = integrations.filter((integration) => names.has(integration.name));
      const manifest = managed.length === 0 ? undefined : deployedManifest(managed);
      return {
        manifest,
        base: baseOf(project, integrations),
        installations: installations.flatMap((one) => plannedInstallation(one, managed, manifest)),
        unmanaged: integrations.filter((integration) => !names.has(integration.name)).map(({ name }) => name),
      };
    },
    async listDestinations() {
      const destinations = await api.get(path`/projects/${project}/destinations`);
      return listOf<HostedDestination>(destinations, 'destinations').map((destination) => destination.name);
    },
    async deploy(request: DeployRequest) {
      assertBase(baseOf(project, await listIntegrations()), request.base);
      const answer = await putBatch(api, { source: request.source, destructive: request.onRemoved === 'stop', upload });
      const names = new Set(request.manifest.integrations.map((integration) => integration.name));
      return {
        changed: true,
        revisions: listOf<HostedIntegration>(answer, 'integrations')
          .filter((integration) => names.has(integration.name))
          .map(({ id, name, latestRevision }) => ({ id: latestRevision?.id ?? '', integration: { id, name } })),
        actionNeeded: [],
      };
    },
    close,
  };
}

/** A bare array, or nothing we understand: then it is better to stop than to deploy blind. */
export function listOf<Item>(answer: unknown, what: string): Item[] {
  if (Array.isArray(answer)) return answer as Item[];
  throw new AmpError({ code: 'hosted-answer-invalid', message: `The list of ${what} is not a list.` });
}

/** Moves whenever any integration of the project gets another revision. */
function baseOf(project: string, integrations: readonly HostedIntegration[]): DeployBase {
  const revisions = integrations.map(({ id, latestRevision }) => `${id} ${latestRevision?.id ?? ''}`).sort();
  const serial = createHash('sha256').update(revisions.join('\n')).digest('hex').slice(0, 16);
  return { lineage: `hosted:${project}`, serial };
}

/** The project's revisions in our words. The platform may accept what our rules refuse, so errors do not matter here. */
function deployedManifest(integrations: readonly HostedIntegration[]): Manifest {
  const contents = integrations.flatMap(({ latestRevision, name, provider }) => {
    const content = latestRevision?.content;
    return content && typeof content === 'object' ? { provider, ...content, name } : [];
  });
  const bytes = Buffer.from(JSON.stringify({ specVersion: '1.0.0', integrations: contents }), 'utf8');
  const { manifest, draft } = checkManifest({ file: 'deployed', bytes });
  if (manifest) return manifest;
  if (contents.length > 0 && draft) return normalizeManifest(draft);
  return { specVersion: '1.0.0', integrations: [] };
}

function plannedInstallation(
  { id, integrationId, group, config }: HostedInstallation,
  integrations: readonly HostedIntegration[],
  manifest: Manifest | undefined,
): PlannedInstallation[] {
  const integration = integrations.find((one) => one.id === integrationId);
  if (!integration) return [];
  const effective = manifest?.integrations.find((one) => one.name === integration.name);
  const groupRef = group?.groupRef ?? id;
  return [
    {
      id,
      integration: integration.name,
      groupRef,
      groupName: group?.groupName ?? groupRef,
      // Without a config we cannot know what is read, so everything counts.
      config: config?.content ?? everythingOf(effective),
      effective,
    },
  ];
}

function everythingOf(integration: Manifest['integrations'][number] | undefined): PlannedInstallation['config'] {
  const objects = (integration?.read?.objects ?? []).map(({ objectName }) => [objectName, { objectName }]);
  return { provider: integration?.provider ?? '', read: { objects: Object.fromEntries(objects) } };
}

import { AmpError } from '../../errors/amp-error.ts';
import { checkConfig } from '../../installations/check-config.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import { type ConfigFinding, findingDiagnostic } from '../../installations/finding.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration } from '../../manifest/manifest.ts';
import type { OrgSchema } from '../../manifest/org-schema.ts';
import { suggest } from '../../manifest/suggest.ts';
import type { Clock } from '../../platform/clock.ts';
import { timeOrderedId } from '../../platform/ids.ts';
import type { InstallOrg } from './install-org.ts';
import type { LocalProject } from './local-project.ts';
import type { Revision } from './revisions.ts';
import { type SampleResult, sampleReads, scheduledReads } from './sample-reads.ts';

export interface InstallRequest {
  integration: string;
  groupRef: string;
  groupName?: string | undefined;
  consumerRef?: string | undefined;
  consumerName?: string | undefined;
  skipSampling: boolean;
}

export interface InstallResult extends SampleResult {
  installation: InstallationRecord;
  warnings: ConfigFinding[];
}

/** What an install starts from: the deployed integration, not installed for this group yet. Throws `installation-…`, `deploy-not-deployed`. */
export function findInstallable(
  project: LocalProject,
  { integration: name, groupRef }: Pick<InstallRequest, 'integration' | 'groupRef'>,
): { integration: Integration; revision: Revision } {
  const revision = requireDeployed(project);
  const integration = revision.manifest.integrations.find((one) => one.name === name);
  if (!integration) {
    const names = revision.manifest.integrations.map((one) => one.name);
    const near = suggest(name, names);
    throw new AmpError({
      code: 'installation-integration-not-found',
      message: `Revision ${revision.number} has no integration "${name}".`,
      hint: near ? `Did you mean "${near}"?` : `It has ${names.join(', ')}. A new one has to be deployed first.`,
    });
  }
  const other = project.installations.find(groupRef, name);
  if (other) throw alreadyInstalled(other);
  return { integration, revision };
}

/** Checks the config against manifest and org, tries it out, and saves the installation. Nothing is saved when it throws. */
export async function installFor(
  project: LocalProject,
  request: InstallRequest,
  target: { integration: Integration; revision: Revision; config: InstallationConfig },
  org: InstallOrg,
  options: {
    clock: Clock;
    destinations: readonly string[];
    announce: (installation: InstallationRecord) => void;
    /** Told of a subscription that will not come about; inside the transaction. */
    announceStreamProblem: (installation: InstallationRecord, error: string) => void;
  },
): Promise<InstallResult> {
  const { integration, revision, config } = target;
  const schema = await org.describe(objectsOf(integration));
  const { skipSampling } = request;
  const warnings = assertConfig(integration, config, schema, { destinations: options.destinations, skipSampling });
  const samples = request.skipSampling
    ? { sampled: [], untried: [] }
    : await sampleReads(org, scheduledReads(integration, config), integration, config);
  const unheard = request.skipSampling ? [] : await org.probeStream(subscribedObjects(integration));
  const now = options.clock.now();
  const at = new Date(now).toISOString();
  const installation: InstallationRecord = {
    id: timeOrderedId('ins', now),
    integration: integration.name,
    groupRef: request.groupRef,
    groupName: request.groupName ?? request.groupRef,
    ...(request.consumerRef !== undefined && { consumerRef: request.consumerRef }),
    ...(request.consumerName !== undefined && { consumerName: request.consumerName }),
    orgId: org.id,
    config,
    status: 'active',
    pausedObjects: [],
    revision: revision.number,
    keptObjects: [],
    createdAt: at,
    updatedAt: at,
  };
  project.state.db.transaction(() => {
    project.installations.save(installation);
    options.announce(installation);
    for (const { message } of unheard) options.announceStreamProblem(installation, message);
  });
  return { installation, warnings: [...warnings, ...unheard.map(streamFinding)], ...samples };
}

/** Objects whose events come from the org's change data capture. */
function subscribedObjects(integration: Integration): string[] {
  const objects = integration.subscribe?.objects ?? [];
  return objects
    .filter(({ createEvent, updateEvent, deleteEvent }) => createEvent || updateEvent !== undefined || deleteEvent)
    .map(({ objectName }) => objectName);
}

/** Reads work without events, so it warns. */
function streamFinding({ object, message, hint }: { object: string; message: string; hint: string }): ConfigFinding {
  return { code: 'subscribe-refused', severity: 'warning', path: `$.subscribe.objects.${object}`, message, hint };
}

export interface AssertOptions {
  destinations: readonly string[];
  previous?: InstallationConfig;
  /** Fields the org does not show become warnings: whoever skips the trial knows, or will grant them later. */
  skipSampling?: boolean;
}

/** Throws every error of the config as one AmpError; answers its warnings. */
export function assertConfig(
  integration: Integration,
  config: InstallationConfig,
  schema: OrgSchema | undefined,
  { destinations, previous, skipSampling = false }: AssertOptions,
): ConfigFinding[] {
  const findings = checkConfig({ integration, config, schema, destinations, previous, environment: 'local' });
  return assertFindings(
    skipSampling
      ? findings.map((finding) => (finding.code === 'config-field' ? { ...finding, severity: 'warning' } : finding))
      : findings,
  );
}

/** Throws when a finding is an error; answers the rest. */
export function assertFindings(findings: readonly ConfigFinding[]): ConfigFinding[] {
  const [first] = findings.filter((finding) => finding.severity === 'error');
  if (!first) return [...findings];
  throw new AmpError({ code: first.code, message: first.message, diagnostics: findings.map(findingDiagnostic) });
}

/** Names of every object the integration touches. */
export function objectsOf(integration: Integration): string[] {
  const names = (['read', 'write', 'subscribe'] as const).flatMap((action) =>
    (integration[action]?.objects ?? []).map((object) => object.objectName),
  );
  return [...new Set(names)];
}

export function requireDeployed(project: LocalProject): Revision {
  const revision = project.currentRevision();
  if (revision) return revision;
  throw new AmpError({
    code: 'deploy-not-deployed',
    message: 'Nothing is deployed here yet, so there is nothing to install.',
    hint: 'Run amp deploy first.',
  });
}

function alreadyInstalled({ id, integration, groupRef }: InstallationRecord): AmpError {
  return new AmpError({
    code: 'installation-exists',
    message: `"${integration}" is already installed for group "${groupRef}" (${id}).`,
    hint: `Change it with amp installations update ${id}.`,
  });
}

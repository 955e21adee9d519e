import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { reResolve } from '../../installations/re-resolve.ts';
import type { Clock } from '../../platform/clock.ts';
import { assertConfig, type InstallResult, objectsOf, requireDeployed } from './install.ts';
import type { InstallOrg } from './install-org.ts';
import type { LocalProject } from './local-project.ts';
import { changedReads, sampleReads, scheduledReads } from './sample-reads.ts';

export interface InstallationChange {
  config: InstallationConfig;
  groupName?: string | undefined;
  consumerRef?: string | undefined;
  skipSampling: boolean;
}

/**
 * Gives an installation another config or connection. What changed is tried out again (everything, when the connection did),
 * and the installation moves to the deployed revision. Nothing is saved when it throws.
 */
export async function updateInstallation(
  project: LocalProject,
  installation: InstallationRecord,
  change: InstallationChange,
  org: InstallOrg,
  options: { clock: Clock; destinations: readonly string[]; announce: (updated: InstallationRecord) => void },
): Promise<InstallResult> {
  const integration = deployedIntegration(project, installation);
  const { config } = change;
  const before = project.integrationOf(installation);
  const schema = await org.describe(objectsOf(integration));
  const warnings = assertConfig(integration, config, schema, {
    destinations: options.destinations,
    previous: installation.config,
    skipSampling: change.skipSampling,
  });
  const reconnected = org.id !== installation.orgId;
  const objects = reconnected
    ? scheduledReads(integration, config)
    : changedReads(integration, { integration: before, config: installation.config }, config);
  const samples = change.skipSampling
    ? { sampled: [], untried: [] }
    : await sampleReads(org, objects, integration, config);
  const updated = project.state.db.transaction(() => {
    // Somebody may have paused it while it was tried out.
    const current = project.installations.get(installation.id);
    if (!current)
      throw new AmpError({ code: 'installation-not-found', message: `${installation.id} was removed meanwhile.` });
    const changed = reResolve(
      {
        ...current,
        config,
        orgId: org.id,
        ...(change.groupName !== undefined && { groupName: change.groupName }),
        ...(change.consumerRef !== undefined && { consumerRef: change.consumerRef }),
        ...(reconnected && current.status === 'needs_reauth' && { status: 'active' as const }),
      },
      {
        before,
        after: integration,
        revision: requireDeployed(project).number,
        onRemoved: 'keep',
        at: new Date(options.clock.now()).toISOString(),
      },
    );
    project.installations.save(changed);
    options.announce(changed);
    return changed;
  });
  return { installation: updated, warnings, ...samples };
}

/** The installation's integration as deployed now. Throws `installation-integration-not-found` when it is gone. */
export function deployedIntegration(project: LocalProject, installation: InstallationRecord) {
  const revision = requireDeployed(project);
  const integration = revision.manifest.integrations.find((one) => one.name === installation.integration);
  if (integration) return integration;
  throw new AmpError({
    code: 'installation-integration-not-found',
    message: `Revision ${revision.number} has no integration "${installation.integration}" any more.`,
    hint: 'Deploy it again, or remove the installation.',
  });
}

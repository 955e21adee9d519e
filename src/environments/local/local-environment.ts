import { createDestinationStore } from '../../destinations/destination-store.ts';
import type { OperationLog } from '../../operations/operation-log.ts';
import type { OrgRegistry } from '../../orgs/registry.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Environment } from '../environment.ts';
import { deployLocally } from './deploy.ts';
import type { LocalProject } from './local-project.ts';
import { loadBase } from './revisions.ts';

/** The embedded runtime as a place to deploy to. */
export function createLocalEnvironment(
  project: LocalProject,
  clock: Clock,
  orgs: OrgRegistry,
  log?: OperationLog,
): Environment {
  return {
    kind: 'local',
    name: 'local',
    local: project,
    async loadDeployed() {
      const usage = new Map((await orgs.list()).map((org) => [org.id, org.apiUsage]));
      const revision = project.currentRevision();
      return {
        manifest: revision?.manifest,
        base: loadBase(project.state.db),
        ...(revision && { revision: { number: revision.number, id: revision.id } }),
        installations: project.installations
          .list()
          .map((installation) => ({ ...installation, effective: project.integrationOf(installation) })),
        apiLimitOf: (orgId) => usage.get(orgId),
        unmanaged: [],
      };
    },
    async listDestinations() {
      return createDestinationStore(project.state.db)
        .list()
        .map((destination) => destination.name);
    },
    async deploy(request) {
      const result = deployLocally(project, {
        ...request,
        source: request.source.toString('utf8'),
        at: new Date(clock.now()).toISOString(),
        log,
      });
      log?.flush();
      return {
        changed: result.changed,
        revisions: [{ id: result.revision.id, number: result.revision.number }],
        actionNeeded: result.installations
          .filter((installation) => installation.status === 'action_needed')
          .map(({ id, groupRef, groupName, statusReason }) => ({
            id,
            groupRef,
            groupName,
            reason: statusReason ?? 'A choice is missing.',
          })),
      };
    },
    close: () => project.state.close(),
  };
}

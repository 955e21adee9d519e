import type { Clock } from '../../platform/clock.ts';
import type { Environment } from '../environment.ts';
import { deployLocally } from './deploy.ts';
import type { LocalProject } from './local-project.ts';
import { loadBase } from './revisions.ts';

/** The embedded runtime as a place to deploy to. */
export function createLocalEnvironment(project: LocalProject, clock: Clock): Environment {
  return {
    kind: 'local',
    name: 'local',
    local: project,
    async loadDeployed() {
      const revision = project.currentRevision();
      return {
        manifest: revision?.manifest,
        base: loadBase(project.state.db),
        ...(revision && { revision: { number: revision.number, id: revision.id } }),
        installations: project.installations
          .list()
          .map((installation) => ({ ...installation, effective: project.integrationOf(installation) })),
        unmanaged: [],
      };
    },
    async deploy(request) {
      const result = deployLocally(project, {
        ...request,
        source: request.source.toString('utf8'),
        at: new Date(clock.now()).toISOString(),
      });
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

import { abandonMessages } from '../../destinations/abandon-messages.ts';
import type { LocalProject } from '../../environments/local/local-project.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Clock } from '../../platform/clock.ts';
import { announceInstallation } from './announce-installation.ts';

/** Uninstalls in one transaction. Answers how many messages that waited are given up. */
export function removeInstallation(
  world: { clock: Clock },
  project: LocalProject,
  installation: InstallationRecord,
): number {
  return project.state.db.transaction(() => {
    const now = world.clock.now();
    const messages = abandonMessages(project.state.db, installation.id, 'The installation was removed.', now);
    announceInstallation(world, project, 'installation.deleted', installation);
    project.installations.remove(installation.id);
    return messages;
  });
}

import type { LocalProject } from '../../environments/local/local-project.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { pauseInstallation, resumeInstallation } from '../../installations/pause.ts';
import type { Clock } from '../../platform/clock.ts';
import { announcePause, forgetPause } from './announce-installation.ts';

export interface PauseChange {
  paused: boolean;
  /** Mapped or provider names; none = the whole installation. */
  objects: readonly string[];
  note?: string | undefined;
}

/**
 * Pauses or resumes scheduled reads in one transaction and tells the project; nothing is written when nothing changes.
 * `find` is called inside. Throws `config-object`, and what `find` throws.
 */
export function changePause(
  world: { clock: Clock },
  project: LocalProject,
  find: () => InstallationRecord,
  { paused, objects, note }: PauseChange,
): { changed: boolean; installation: InstallationRecord } {
  return project.state.db.transaction(() => {
    const installation = find();
    const request = { objects, note, at: new Date(world.clock.now()).toISOString() };
    const change = paused ? pauseInstallation : resumeInstallation;
    const changed = change(installation, project.integrationOf(installation), request);
    if (changed === installation) return { changed: false, installation };
    project.installations.save(changed);
    if (paused) announcePause(world, project, changed, note);
    else forgetPause(world, project, changed.id);
    return { changed: true, installation: changed };
  });
}

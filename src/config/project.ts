import { dirname, join } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { findManifest } from '../platform/manifest-file.ts';
import type { Config } from './config.ts';

/** Where a command works: the manifest and the state folder that belongs to it. */
export interface ProjectPlace {
  /** Folder of the manifest. */
  dir: string;
  manifestFile: string;
  /** `.amp` beside the manifest, or AMP_STATE_DIR. For openState (store/state.ts). */
  stateDir: string;
}

/** --file, else the nearest amp.yaml or amp.yml from `cwd` upwards. Throws `project-not-found` (exit 64). */
export function locateProject({ cwd, config }: { cwd: string; config: Config }): ProjectPlace {
  const manifestFile = config.manifestFile ?? findManifest(cwd);
  if (!manifestFile) {
    throw new AmpError({
      code: 'project-not-found',
      message: `No amp.yaml in ${cwd} or any folder above it.`,
      hint: 'Run amp init to write one, or name the folder with -C.',
    });
  }
  const dir = dirname(manifestFile);
  return { dir, manifestFile, stateDir: config.stateDir ?? join(dir, '.amp') };
}

/** The state folder alone, for commands that only look back (logs, operations): they need no manifest when AMP_STATE_DIR is set. */
export function locateState(context: { cwd: string; config: Config }): string {
  return context.config.stateDir ?? locateProject(context).stateDir;
}

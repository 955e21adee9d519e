import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { findManifest, manifestIn } from '../platform/manifest-file.ts';
import type { Config } from './config.ts';

/** Where a command works: the manifest and the state folder that belongs to it. */
export interface ProjectPlace {
  /** Folder of the manifest. */
  dir: string;
  manifestFile: string;
  /** `.amp` beside the manifest, or AMP_STATE_DIR. For openState (store/state.ts). */
  stateDir: string;
}

/**
 * `path` (a manifest, or the folder that has it) when the command takes one, else --file, else the nearest amp.yaml or
 * amp.yml from `cwd` upwards. Throws `project-not-found` (exit 64).
 */
export function locateProject({ cwd, config }: { cwd: string; config: Config }, path?: string): ProjectPlace {
  const manifestFile = path === undefined ? (config.manifestFile ?? findManifest(cwd)) : manifestAt(resolve(cwd, path));
  if (!manifestFile) {
    throw new AmpError({
      code: 'project-not-found',
      message:
        path === undefined ? `No amp.yaml in ${cwd} or any folder above it.` : `There is no manifest at ${path}.`,
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

function manifestAt(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() ? manifestIn(path) : found && path;
}

/** Beside the manifest; without one, in the user's data folder: looking into an org works anywhere. */
export function locateAnyState(context: { cwd: string; config: Config }): string {
  const { config, cwd } = context;
  if (config.stateDir ?? config.manifestFile ?? findManifest(cwd)) return locateState(context);
  return join(config.dataDir, 'no-project');
}

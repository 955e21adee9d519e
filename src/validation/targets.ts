import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { manifestIn } from '../platform/manifest-file.ts';

/** One manifest to check. */
export interface Target {
  /** As shown: relative to the working folder, or `stdin`. */
  file: string;
  /** Absolute; undefined for standard input. */
  path: string | undefined;
}

/** Folders that hold other people's manifests, or none. */
const skippedFolders = new Set(['node_modules', '.git', '.amp', 'dist']);
const mostFolders = 20_000;

/**
 * The manifests that paths name: a file is that file, whatever its name; a folder its `amp.yaml`, then `amp.yml`, or else those
 * of all folders below; `-` is standard input. Throws `manifest-not-found` (exit 64).
 */
export async function findTargets(cwd: string, paths: readonly string[]): Promise<Target[]> {
  const targets = new Map<string, Target>();
  for (const path of paths) {
    for (const target of await targetsOf(cwd, path)) targets.set(target.path ?? '-', target);
  }
  return [...targets.values()];
}

async function targetsOf(cwd: string, path: string): Promise<Target[]> {
  if (path === '-') return [{ file: 'stdin', path: undefined }];
  if (path === '') {
    throw new AmpError({ code: 'manifest-not-found', message: 'A path is empty.', hint: 'Name a file or a folder.' });
  }
  const absolute = resolve(cwd, path);
  const kind = await kindOf(absolute);
  if (kind === 'file') return [shown(cwd, absolute)];
  if (kind === 'none') {
    throw new AmpError({ code: 'manifest-not-found', message: `There is no file or folder ${path}.` });
  }
  const own = manifestIn(absolute);
  const found = own ? [own] : await manifestsBelow(absolute);
  if (found.length === 0) {
    throw new AmpError({
      code: 'manifest-not-found',
      message: `The folder ${path} has no amp.yaml or amp.yml, nor has any folder below it.`,
      hint: 'Run amp init to write one, or name the file.',
    });
  }
  return found.map((manifest) => shown(cwd, manifest));
}

function shown(cwd: string, absolute: string): Target {
  const file = relative(cwd, absolute);
  return { file: file.startsWith('..') ? absolute : file.replaceAll('\\', '/'), path: absolute };
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'none';
  }
}

async function manifestsBelow(root: string): Promise<string[]> {
  const found: string[] = [];
  const pending = [root];
  for (let visited = 0; pending.length > 0 && visited < mostFolders; visited += 1) {
    const folder = pending.shift()!;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = entries
      .filter((entry) => entry.isDirectory() && !skippedFolders.has(entry.name))
      .map((entry) => entry.name);
    for (const name of names.sort()) {
      const below = join(folder, name);
      const manifest = manifestIn(below);
      if (manifest) found.push(manifest);
      pending.push(below);
    }
  }
  return found.sort();
}

/** The bytes of a file, but no more than `most` and one: enough to see that it is too large. Throws `file-unreadable`. */
export async function readAtMost(path: string, most: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(most + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new AmpError({
      code: 'file-unreadable',
      message: `${path} could not be read: ${(error as Error).message}.`,
      cause: error,
    });
  }
}

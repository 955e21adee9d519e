import { chmod, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { projectFileMode } from './umask.ts';

/**
 * Writes a file of the project whole or not at all, making its folder. An existing file is replaced and keeps its mode, behind a
 * link the file it leads to; a new one may be read by whom the shell's umask says. Throws `file-unwritable`.
 */
export async function writeTextFile(path: string, text: string): Promise<void> {
  let beside: string | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    const target = await realpath(path).catch(() => path);
    beside = `${target}.${process.pid}.tmp`;
    const mode = await modeOf(target);
    await writeFile(beside, text);
    // Explicitly: the process creates everything private.
    await chmod(beside, mode);
    await rename(beside, target);
  } catch (error) {
    if (beside !== undefined) await rm(beside, { force: true });
    throw new AmpError({
      code: 'file-unwritable',
      message: `${path} could not be written: ${(error as Error).message}.`,
      cause: error,
    });
  }
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return projectFileMode();
    throw error;
  }
}

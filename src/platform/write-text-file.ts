import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { projectFileMode } from './umask.ts';

/**
 * Writes a file of the project whole or not at all, making its folder. An existing file is replaced and keeps its mode; a new
 * one may be read by whom the shell's umask says. Throws `file-unwritable`.
 */
export async function writeTextFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const mode = await modeOf(path);
    await writeFile(beside, text);
    // Explicitly: the process creates everything private.
    await chmod(beside, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
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

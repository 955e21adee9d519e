import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';

/** Writes a text file whole or not at all, making its folder; an existing file is replaced. Throws `file-unwritable`. */
export async function writeTextFile(path: string, text: string, mode?: number): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, text, mode === undefined ? {} : { mode });
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

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { AmpError } from '../errors/amp-error.ts';

/** Writes a file a person asked for: readers find the old text or the new one, never half. Throws `file-unwritable`. */
export function writeWholeFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o644);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new AmpError({ code: 'file-unwritable', message: `${path}: ${(error as Error).message}`, cause: error });
  }
}

import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';

/** A text file that is written line by line and takes its place when it is closed: its old self may be read until then. */
export interface LineFile {
  readonly path: string;
  write(line: string): Promise<void>;
  close(): Promise<void>;
}

const flushCharacters = 64 * 1024;

/** Private, as it holds customers' records. Throws `file-unwritable`. */
export async function openLineFile(path: string): Promise<LineFile> {
  const beside = `${path}.${process.pid}.tmp`;
  const file = await attempt(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    return open(beside, 'w', 0o600);
  });
  let pending = '';
  const flush = (handle: FileHandle) => {
    const text = pending;
    pending = '';
    return attempt(path, () => handle.appendFile(text));
  };
  return {
    path,
    async write(line) {
      pending += `${line}\n`;
      if (pending.length >= flushCharacters) await flush(file);
    },
    async close() {
      await flush(file);
      await attempt(path, async () => {
        await file.close();
        await rename(beside, path);
      });
    },
  };
}

async function attempt<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new AmpError({ code: 'file-unwritable', message: `${path}: ${(error as Error).message}.`, cause: error });
  }
}

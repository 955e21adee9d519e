import { constants, linkSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { onDemand } from './on-demand.ts';

/** A folder only this user can enter, made when missing and tightened when not. */
export async function ensurePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o700);
}

/**
 * Replaces a file as a whole: a reader (or a power cut) finds the old bytes or the new ones. The file is 0600 whatever the
 * umask and whatever was there before; the folder is made private too.
 */
export async function writePrivateFile(path: string, bytes: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.${process.pid}.${onDemand.crypto.randomBytes(4).toString('hex')}.tmp`;
  try {
    await ensurePrivateFolder(folder);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.chmod(0o600);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new AmpError({ code: 'file-unwritable', message: `${path}: ${(error as Error).message}.`, cause: error });
  }
}

/**
 * The bytes of a private file, or undefined when there is none. Refuses (`file-not-private`) symbolic and hard links, a
 * foreign owner and, with `alone`, a file that others may read: checked on the open file, so nothing can be swapped between.
 */
export async function readPrivateFile(path: string, options: { alone?: boolean } = {}): Promise<Buffer | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    if (process.platform !== 'win32') {
      const facts = await file.stat();
      const problem = !facts.isFile()
        ? 'is not a regular file'
        : facts.uid !== process.getuid?.()
          ? 'belongs to another user'
          : facts.nlink > 1
            ? 'has a second name (hard link)'
            : options.alone && (facts.mode & 0o077) !== 0
              ? 'can be read by others; run: chmod 600'
              : undefined;
      if (problem) throw notPrivate(path, problem);
    }
    return await file.readFile();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP') throw notPrivate(path, 'is a symbolic link');
    if (error instanceof AmpError) throw error;
    throw fileUnreadable(path, error);
  } finally {
    await file?.close();
  }
}

/**
 * Makes a 0600 file unless there is one: linked into place whole, so that of two processes at once both find the same bytes.
 */
export function createFileOnce(path: string, bytes: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.${onDemand.crypto.randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Deletes a file durably. True when there was one. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await rm(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new AmpError({ code: 'file-unwritable', message: `${path}: ${(error as Error).message}.`, cause: error });
  }
  await syncFolder(dirname(path));
  return true;
}

/** A rename or removal is durable only once its folder is. Windows cannot and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notPrivate(path: string, problem: string): AmpError {
  return new AmpError({ code: 'file-not-private', message: `${path} ${problem}.` });
}

/** A file somebody named that cannot be read: what is the matter, without the path a second time. */
export function fileUnreadable(path: string, error: unknown): AmpError {
  const { code, message } = error as NodeJS.ErrnoException;
  const said: Record<string, string> = {
    ENOENT: `There is no file ${path}.`,
    EISDIR: `${path} is a folder.`,
    EACCES: `${path} may not be read by this user.`,
  };
  return new AmpError({
    code: 'file-unreadable',
    message: (code && said[code]) || `${path}: ${message}.`,
    cause: error,
  });
}

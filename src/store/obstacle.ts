import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';

/** What is asked of the disk under a database. */
export interface Disk {
  /** Throws as `fs.access` does when the folder may not be written. */
  assertWritable(dir: string): void;
  freeBytes(dir: string): number;
}

const realDisk: Disk = {
  assertWritable: (dir) => accessSync(dir, constants.W_OK),
  freeBytes(dir) {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize;
  },
};

// SQLite needs a shared-memory file of 32 kB beside the database, and the journal a page or more.
const leastFreeBytes = 256 * 1024;

/** A full or read-only disk, which SQLite calls "disk I/O error" and "unable to open database file"; undefined when it is neither. */
export function obstacleAround(path: string, cause: unknown, disk: Disk = realDisk): AmpError | undefined {
  const dir = dirname(path);
  try {
    disk.assertWritable(dir);
    const free = disk.freeBytes(dir);
    if (free >= leastFreeBytes) return undefined;
    return new AmpError({
      code: 'store-full',
      message: `No space is left for ${path}: ${free} bytes are free.`,
      cause,
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EROFS' && code !== 'EACCES') return undefined;
    const why = code === 'EROFS' ? 'is on a read-only file system' : 'may not be written by this user';
    return new AmpError({
      code: 'store-unavailable',
      message: `${dir} ${why}; amp writes beside the state even to read it.`,
      hint: 'Make it writable, or copy the folder and name the copy with AMP_STATE_DIR.',
      cause,
    });
  }
}

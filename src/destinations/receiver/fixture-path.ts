import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where the body of a message is saved. An id that is not one of ours never names a file: its hash does. */
export function fixturePath(folder: string, id: string | undefined, now: number): string {
  if (id === undefined) return join(folder, `${now}.json`);
  const isPlain = /^[A-Za-z0-9_-]{1,64}$/.test(id);
  return join(folder, `${isPlain ? id : createHash('sha256').update(id).digest('hex').slice(0, 32)}.json`);
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { holdSecret } from '../errors/redact.ts';
import { createFileOnce, readPrivateFile } from '../platform/files.ts';

export interface ApiKey {
  /** Where programs of this user read it. */
  path: string;
  key: string;
}

/**
 * The key of the project's API: made with the first listener, kept in the state folder, mode 0600. From then on it is taken
 * out of everything that is written. Throws `file-not-private` when others could read it, `file-unreadable`.
 */
export async function loadApiKey(stateDir: string): Promise<ApiKey> {
  const path = join(stateDir, 'api.key');
  let key = await read(path);
  if (key === undefined) {
    createFileOnce(path, `ampkey_${randomBytes(32).toString('base64url')}\n`);
    key = (await read(path))!;
  }
  holdSecret(key);
  return { path, key };
}

async function read(path: string): Promise<string | undefined> {
  const bytes = await readPrivateFile(path, { alone: true });
  const key = bytes?.toString('utf8').trim();
  if (key === undefined || /^[\x21-\x7e]{20,}$/.test(key)) return key;
  throw new AmpError({
    code: 'file-unreadable',
    message: `${path} does not hold a key.`,
    hint: 'Delete it: the next start makes a new one.',
  });
}

import { randomBytes } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { holdSecret } from '../errors/redact.ts';
import { readPrivateFile } from '../platform/files.ts';

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
  const key = (await read(path)) ?? (await make(path));
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

/** Linked into place whole: of two processes at once, both end up with the same key. */
async function make(path: string): Promise<string> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, `ampkey_${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return (await read(path))!;
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';

/**
 * Makes the state folder where it is missing, private and out of version control: it holds customers' records. A folder that
 * exists stays as it is. Throws `file-unwritable`.
 */
export function makeStateFolder(dir: string): void {
  if (existsSync(dir)) return;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, '.gitignore'), '*\n', { mode: 0o600 });
  } catch (error) {
    throw new AmpError({ code: 'file-unwritable', message: `${dir}: ${(error as Error).message}.`, cause: error });
  }
}

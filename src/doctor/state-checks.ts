import { existsSync, readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { locateState } from '../config/project.ts';
import { AmpError } from '../errors/amp-error.ts';
import { openDatabase } from '../store/database.ts';
import { openState } from '../store/state.ts';
import { type Check, type DoctorWorld, failed } from './doctor.ts';

/** The state file of the project and the files of the user: whole, of this version, private, with room to grow. */
export async function checkState(world: DoctorWorld): Promise<Check[]> {
  const dir = findStateDir(world);
  const checks: Check[] = [];
  if (dir && existsSync(join(dir, 'state.db'))) checks.push(...checkFile(dir), await checkSpace(dir));
  else checks.push({ id: 'state-integrity', result: 'skipped', message: 'No state yet.' });
  checks.push(checkModes([...(dir ? [dir] : []), world.config.configDir]));
  return checks;
}

function findStateDir(world: DoctorWorld): string | undefined {
  try {
    return locateState(world);
  } catch (error) {
    if (error instanceof AmpError && error.code === 'project-not-found') return undefined;
    throw error;
  }
}

function checkFile(dir: string): Check[] {
  const path = join(dir, 'state.db');
  const restore = `Stop every amp, move ${path} away (keep it), and restore a backup; amp deploy makes a new one.`;
  try {
    const db = openDatabase(path, { readonly: true });
    try {
      // Every page is read: indexes against tables, and foreign keys.
      const findings = db.prepare('PRAGMA integrity_check(5)').all<{ integrity_check: string }>();
      const orphans = db.prepare('PRAGMA foreign_key_check').all();
      const bad = findings.map((row) => row.integrity_check).filter((finding) => finding !== 'ok');
      if (bad.length > 0)
        return [{ id: 'state-integrity', result: 'failed', message: `${path}: ${bad[0]}.`, fix: restore }];
      if (orphans.length > 0) {
        return [
          {
            id: 'state-integrity',
            result: 'failed',
            message: `${path}: ${orphans.length} rows refer to nothing.`,
            fix: restore,
          },
        ];
      }
    } finally {
      db.close();
    }
  } catch (error) {
    // Only what is damaged is moved away: a full or read-only disk is another trouble, with its own remedy.
    const isDamaged = error instanceof AmpError && error.code === 'store-damaged';
    return [failed('state-integrity', error, isDamaged ? restore : undefined)];
  }
  const whole: Check = { id: 'state-integrity', result: 'ok', message: `${path} is whole.` };
  try {
    openState(dir).close();
    return [whole, { id: 'state-version', result: 'ok', message: 'The state is of this version of amp.' }];
  } catch (error) {
    return [whole, failed('state-version', error)];
  }
}

const wantedBytes = 500e6;

async function checkSpace(dir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dir);
  const free = `${((Number(bavail) * Number(bsize)) / 1e9).toFixed(1)} GB are free for the state.`;
  return Number(bavail) * Number(bsize) >= wantedBytes
    ? { id: 'disk-space', result: 'ok', message: free }
    : { id: 'disk-space', result: 'warning', message: free, fix: 'Free some space: a full disk stops every read.' };
}

/** Folders of mode 0700 and files of mode 0600, as amp makes them. Not asked on Windows, which has no modes. */
function checkModes(dirs: readonly string[]): Check {
  const id = 'file-modes';
  if (process.platform === 'win32') return { id, result: 'skipped', message: 'Windows has no file modes.' };
  const open: string[] = [];
  for (const dir of dirs) {
    if (!existsSync(dir)) continue;
    const paths = [dir, ...readdirSync(dir).map((name) => join(dir, name))];
    for (const path of paths) {
      const { mode } = statSync(path);
      if (/manifest\.schema\.json$/.test(path)) continue;
      if ((mode & 0o077) !== 0) open.push(path);
    }
  }
  if (open.length === 0) return { id, result: 'ok', message: 'State and settings are private to this user.' };
  const more = open.length > 1 ? ` and ${open.length - 1} more` : '';
  return {
    id,
    result: 'failed',
    message: `Others on this machine can read ${open[0]}${more}.`,
    fix: `chmod -R go-rwx ${dirs.join(' ')}`,
  };
}

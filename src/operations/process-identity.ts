import { unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { timeOrderedId } from '../platform/ids.ts';
import { type Lock, tryLock } from '../store/lock.ts';

/**
 * Which process runs an operation, in a way that survives reused pids: each process holds a kernel lock named after its
 * token for as long as it lives. Whoever can take that lock knows that the process is gone.
 */
const mine = new Map<string, { token: string; lock: Lock | undefined }>();

/** This process's token for the state file at `databasePath`; the lock is taken the first time. */
export function ownProcessToken(databasePath: string, now: number): string {
  let own = mine.get(databasePath);
  if (!own) {
    const token = timeOrderedId('proc', now);
    // A database in memory is seen by no other process.
    const lock = databasePath === ':memory:' ? undefined : tryLock(lockPath(databasePath, token));
    own = { token, lock };
    mine.set(databasePath, own);
    if (lock) process.once('exit', () => removeLock(lock));
  }
  return own.token;
}

/** True when the process behind `token` lives (also while it is stopped). */
export function isProcessAlive(databasePath: string, token: string): boolean {
  if (mine.get(databasePath)?.token === token) return true;
  if (databasePath === ':memory:') return false;
  const lock = tryLock(lockPath(databasePath, token));
  if (!lock) return true;
  removeLock(lock);
  return false;
}

function lockPath(databasePath: string, token: string): string {
  return join(dirname(databasePath), 'locks', `process-${token}.lock`);
}

function removeLock(lock: Lock): void {
  lock.release();
  try {
    unlinkSync(lock.path);
  } catch {
    // Somebody else has removed it, or the whole state folder is gone.
  }
}

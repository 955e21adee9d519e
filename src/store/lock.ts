import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { AmpError } from '../errors/amp-error.ts';

/** A kernel lock: held while its process lives (also while stopped), free at once when it dies. */
export interface Lock {
  readonly path: string;
  release(): void;
}

// A connection that nothing refers to can be garbage-collected, and its lock with it.
const held = new Set<DatabaseSyncInstance>();

/** Takes the lock at `path` (a small SQLite file held with BEGIN EXCLUSIVE) or answers undefined when somebody has it. */
export function tryLock(path: string): Lock | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const umask = process.umask(0o077);
  let db: DatabaseSyncInstance | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec('PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE;');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    if (String((error as { sqliteCodeName?: string }).sqliteCodeName ?? '').startsWith('SQLITE_BUSY')) return undefined;
    throw new AmpError({
      code: 'store-unavailable',
      message: `Cannot lock ${path}: ${(error as Error).message}.`,
      cause: error,
    });
  } finally {
    process.umask(umask);
  }
  const connection = db;
  held.add(connection);
  return {
    path,
    release() {
      if (held.delete(connection)) connection.close();
    },
  };
}

export interface LockWait {
  /** How long to wait before `store-locked`. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Says who holds it, for the error. */
  holder?: () => string | undefined;
}

/** Waits for the lock at `path`. Throws `store-locked` after `timeoutMs`, or the signal's reason. */
export async function acquireLock(path: string, wait: LockWait): Promise<Lock> {
  const deadline = performance.now() + wait.timeoutMs;
  for (let delayMs = 5; ; delayMs = Math.min(delayMs * 1.5, 100)) {
    wait.signal?.throwIfAborted();
    const lock = tryLock(path);
    if (lock) return lock;
    if (performance.now() > deadline) {
      const holder = wait.holder?.();
      throw new AmpError({ code: 'store-locked', message: `${path} is held by ${holder ?? 'another amp process'}.` });
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs * (0.5 + Math.random())));
  }
}

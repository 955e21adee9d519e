import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../store/database.ts';

/**
 * Notices that another process has committed to the store (a deploy, an installation, a resume): SQLite's `data_version`
 * differs after each commit of another connection, and asking for it reads no page. Changes made in this process are told
 * by `notify`.
 */
export interface ProjectChanges {
  /** Grows with every change. Remember it, and wait for another one. */
  readonly version: number;
  /** Resolves when `version` is no longer `seen`, or after `timeoutMs` of the clock. Throws the signal's reason. */
  wait(seen: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Calls back with every change until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Says that this process has changed installations, the manifest, destinations or routes. */
  notify(): void;
}

/** How soon the commits of other processes are seen, in real time. */
const pollMs = 500;

/** Also notices what other processes commit, until `stop`. */
export function watchProjectChanges(db: Database, clock: Clock): ProjectChanges & { stop(): void } {
  const changes = createProjectChanges(clock);
  let known = dataVersion(db);
  const timer = setInterval(() => {
    const latest = dataVersion(db);
    if (latest === known) return;
    known = latest;
    changes.notify();
  }, pollMs);
  timer.unref();
  return Object.assign(changes, { stop: () => clearInterval(timer) });
}

/** Only what this process tells. */
export function createProjectChanges(clock: Clock): ProjectChanges {
  let version = 0;
  const waiters = new Set<() => void>();
  return {
    get version() {
      return version;
    },
    notify() {
      version++;
      for (const wake of [...waiters]) wake();
    },
    async wait(seen, timeoutMs, signal) {
      signal.throwIfAborted();
      if (version !== seen) return;
      // Not AbortSignal.any: the signal of a process lives long, and Node 20 never forgets what was derived from it.
      const enough = new AbortController();
      const wake = () => enough.abort();
      waiters.add(wake);
      signal.addEventListener('abort', wake);
      try {
        await clock.sleep(timeoutMs, enough.signal).catch(() => signal.throwIfAborted());
      } finally {
        waiters.delete(wake);
        signal.removeEventListener('abort', wake);
      }
    },
    onChange(listener) {
      waiters.add(listener);
      return () => void waiters.delete(listener);
    },
  };
}

function dataVersion(db: Database): number {
  return db.prepare('PRAGMA data_version').get<{ data_version: number }>()!.data_version;
}

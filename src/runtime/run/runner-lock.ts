import { hostname } from 'node:os';
import { AmpError } from '../../errors/amp-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../store/database.ts';
import { type Lock, tryLock } from '../../store/lock.ts';
import type { State } from '../../store/state.ts';

export interface RunnerRecord {
  pid: number;
  host: string;
  version: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** When it last said that it is alive. */
  seenAt: number;
}

/**
 * Makes this process the project's runner: a kernel lock decides, the row only says who it is. Throws `runtime-running`,
 * naming the holder.
 */
export async function becomeRunner(state: State, clock: Clock, version: string): Promise<{ release(): void }> {
  const lock = await tryForAWhile(state);
  if (!lock) {
    const holder = findRunner(state.db);
    const who = holder
      ? `process ${holder.pid} on ${holder.host}, since ${new Date(holder.startedAt).toISOString()}`
      : 'another process';
    throw new AmpError({
      code: 'runtime-running',
      message: `amp run works on ${state.dir} already: ${who}.`,
      ...(holder ? { details: { ...holder } } : {}),
    });
  }
  const now = clock.now();
  state.db
    .prepare('INSERT OR REPLACE INTO runner VALUES (1, ?, ?, ?, ?, ?)')
    .run(process.pid, hostname(), version, now, now);
  return {
    release() {
      state.db.prepare('DELETE FROM runner').run();
      lock.release();
    },
  };
}

/** Somebody may be looking whether there is a runner (`isRunnerAlive`): that is over at once. */
async function tryForAWhile(state: State): Promise<Lock | undefined> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const lock = tryLock(state.lockPath('runner'));
    if (lock) return lock;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

/** Who runs, or ran until it was killed; `isRunnerAlive` tells which. */
export function findRunner(db: Database): RunnerRecord | undefined {
  return db
    .prepare('SELECT pid, host, version, started_at AS startedAt, seen_at AS seenAt FROM runner')
    .get<RunnerRecord>();
}

/** Whether the project has a runner now: somebody holds its lock. */
export function isRunnerAlive(state: State): boolean {
  if (state.dir === ':memory:') return findRunner(state.db) !== undefined;
  const lock = tryLock(state.lockPath('runner'));
  lock?.release();
  return lock === undefined;
}

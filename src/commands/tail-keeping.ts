import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { StreamStore } from '../runtime/subscribe/stream-store.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { tryLock } from '../store/lock.ts';
import { openMemoryState, type State } from '../store/state.ts';
import type { TailFlags } from './tail.ts';

/** Where one tail keeps its place and what it has shown. */
export interface Keeping {
  /** Positions to start from. */
  stored: StreamStore;
  /** Positions and repeats of this run. */
  store: StreamStore;
  transaction(work: () => void): void;
  close(): void;
}

/**
 * The first tail of an org (or customer) keeps its place in the project. Another one beside it keeps its own, in memory: one
 * that took what the other has marked as seen would be silent. Throws `subscribe-running` with --deliver, which would send
 * everything twice.
 */
export function openKeeping(context: Context, state: State, scope: string, flags: TailFlags): Keeping {
  const now = () => context.clock.now();
  const db = flags.deliver ? state.db : openShownPlace(state);
  const stored = new StreamStore(db, now);
  const done = () => {
    if (db !== state.db) db.close();
  };
  const lock = tryLock(state.lockPath(scope.replace(/[^\w-]+/g, '-')));
  if (lock) {
    stored.forgetOldSeen();
    if (flags.from !== 'stored') stored.forgetSeen(scope);
    return {
      stored,
      store: stored,
      transaction: (work) => db.transaction(work),
      close() {
        done();
        lock.release();
      },
    };
  }
  if (flags.deliver) {
    throw new AmpError({
      code: 'subscribe-running',
      message: 'Another amp tail follows the same org and customer in this project.',
      hint: 'End it, or leave out --deliver to watch beside it.',
    });
  }
  context.output.notice(
    'Another amp tail runs here: this one watches beside it and does not move the stored position.',
  );
  const memory = openMemoryState();
  return {
    stored,
    store: new StreamStore(memory.db, now),
    transaction: (work) => memory.db.transaction(work),
    close() {
      done();
      memory.close();
    },
  };
}

/**
 * The place of a tail that only shows: a commit with every answer survives a kill, but does not wait for the disk. A power cut may
 * set it back, and events that were shown come again.
 */
function openShownPlace(state: State): Database {
  return openDatabase(state.db.path, { synchronous: 'NORMAL' });
}

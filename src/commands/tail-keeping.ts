import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { StreamStore } from '../runtime/subscribe/stream-store.ts';
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
  const stored = new StreamStore(state.db, now);
  const lock = tryLock(state.lockPath(scope.replace(/[^\w-]+/g, '-')));
  if (lock) {
    stored.forgetOldSeen();
    if (flags.from !== 'stored') stored.forgetSeen(scope);
    return {
      stored,
      store: stored,
      transaction: (work) => state.db.transaction(work),
      close: () => lock.release(),
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
    close: () => memory.close(),
  };
}

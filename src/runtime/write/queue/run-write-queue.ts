import { type Clock, realTimeMs } from '../../../platform/clock.ts';
import { type Lock, tryLock } from '../../../store/lock.ts';
import type { State } from '../../../store/state.ts';
import { interruptedOutcome } from './attempt-queued.ts';
import { createQueueStore } from './queue-store.ts';
import type { QueueWorld, SendContext } from './queue-world.ts';
import type { QueuedWrite } from './queued-write.ts';
import { sendQueued } from './send-queued.ts';
import { settleAttempt } from './settle.ts';

export interface QueueOptions {
  signal: AbortSignal;
  /** `stopped`: until the signal aborts. Operations: until none of these is queued. `idle`: until nothing is due. */
  until: 'stopped' | 'idle' | { operations: readonly string[] };
  /** How often writes of other processes are looked for, in milliseconds of the clock. */
  pollMs?: number;
  /** Writes under way at once; 8 unless said. */
  concurrency?: number;
  /** See SendContext; ten seconds unless said. */
  lookAfterMs?: number;
  /** OrgRecord.id: only writes into this org; a command has no sign-in for the others. */
  org?: string;
  /** Told after each step, for progress. */
  onStep?: (operation: string) => void;
}

/**
 * Sends what is in the write queue. One process at a time does so for a project (a kernel lock that dies with its holder);
 * another one that calls this meanwhile waits, and takes over when the first ends. On abort it finishes the calls under way
 * and returns. Answers whether the goal was met. Throws `store-…`.
 *
 * A step is a call at most: due writes start oldest first, a record's writes in their order, and every step leaves on disk
 * what the next one needs. After a kill the calls that were under way are in doubt, and are looked for before anything else
 * is sent for them.
 */
export async function runWriteQueue(world: QueueWorld, options: QueueOptions): Promise<boolean> {
  const { signal, until } = options;
  const store = createQueueStore(world.state.db);
  const pollMs = options.pollMs ?? realTimeMs(world.clock, 250);
  const isMet = () => typeof until === 'object' && !until.operations.some((operation) => store.has(operation));
  const lock = await waitForLock(world, { ...options, pollMs }, isMet);
  if (!lock) return isMet();
  const running = new Map<number, Promise<void>>();
  const context: SendContext = { world, store, signal, lookAfterMs: options.lookAfterMs ?? 10_000 };
  let failure: { error: unknown } | undefined;
  try {
    recoverInterrupted(context);
    const setBackMs = watchClock(world.clock);
    while (!signal.aborted && !isMet() && !failure) {
      const jumpMs = setBackMs();
      if (jumpMs > 0) store.shift(-jumpMs);
      const now = world.clock.now();
      store.releaseDue(now);
      const room = (options.concurrency ?? 8) - running.size;
      const due = room > 0 ? store.due(now, room, [...running.keys()], options.org) : [];
      for (const write of due) {
        const done = sendQueued(context, write)
          .catch((error) => {
            failure = { error };
          })
          .finally(() => {
            running.delete(write.number);
            options.onStep?.(write.operation);
          });
        running.set(write.number, done);
      }
      if (due.length > 0 && running.size < (options.concurrency ?? 8)) continue;
      if (running.size === 0 && until === 'idle') return true;
      const nextInMs = (store.nextAfter(now) ?? Number.POSITIVE_INFINITY) - now;
      await waitForMore(world, running, Math.min(pollMs, nextInMs), signal);
    }
  } finally {
    await Promise.all(running.values());
    lock.release();
  }
  if (failure) throw failure.error;
  return isMet();
}

/**
 * How far the wall clock was set back since the last question. Left alone, every pause and deadline would grow by as much.
 * A clock set forward cannot be told from a machine that slept, and then the deadline is really past.
 */
function watchClock(clock: Clock): () => number {
  let wallMs = clock.now();
  let steadyMs = performance.now();
  return () => {
    // In this order: what passes between the two must not look like a jump.
    const nowSteadyMs = performance.now();
    const nowWallMs = clock.now();
    const jumpMs = wallMs + realTimeMs(clock, nowSteadyMs - steadyMs) - nowWallMs;
    wallMs = nowWallMs;
    steadyMs = nowSteadyMs;
    return jumpMs > smallestJumpMs ? jumpMs : 0;
  };
}

/** Less is a clock being corrected little by little. */
const smallestJumpMs = 60_000;

/** A step that ended, the next look into the store, or the end. */
async function waitForMore(
  { clock }: QueueWorld,
  running: ReadonlyMap<number, Promise<void>>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const pause = clock.sleep(ms, AbortSignal.any([signal, over.signal])).catch(() => {});
  await Promise.race([pause, ...running.values()]);
  over.abort();
}

/** Calls that were under way when their process died: in doubt where the org can be asked, else unknown for good. */
function recoverInterrupted({ store, lookAfterMs }: SendContext): void {
  for (const write of store.interrupted()) {
    const open = write.rows.flatMap(({ settled }, at) => (settled ? [] : [at]));
    const rows = settleAttempt(
      write,
      open,
      write.rows.map(() => interruptedOutcome),
    );
    store.save(write.number, rows, { nextAt: nextLook(write, lookAfterMs), apiCalls: 0 });
  }
}

const nextLook = ({ sentAt, deadlineAt }: QueuedWrite, lookAfterMs: number) =>
  Math.min(sentAt! + lookAfterMs, deadlineAt!);

async function waitForLock(
  world: QueueWorld,
  { signal, until, pollMs }: QueueOptions & { pollMs: number },
  isMet: () => boolean,
): Promise<Lock | undefined> {
  for (;;) {
    const lock = lockWriteQueue(world.state);
    if (lock) return lock;
    if (signal.aborted || isMet() || until === 'idle') return undefined;
    await world.clock.sleep(pollMs, signal).catch(() => {});
  }
}

const sendingInMemory = new WeakSet<State>();

/** "Only one process sends": undefined when another one does. */
export function lockWriteQueue(state: State): Lock | undefined {
  if (state.dir !== ':memory:') return tryLock(state.lockPath('writes'));
  if (sendingInMemory.has(state)) return undefined;
  sendingInMemory.add(state);
  return { path: ':memory:', release: () => sendingInMemory.delete(state) };
}

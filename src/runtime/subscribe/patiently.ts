import { isPassing } from '../../errors/is-passing.ts';
import type { FollowWorld } from './follow.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * Repeats a question to the org for as long as its failure may pass: what the stream told must not be lost because the org was
 * away when we asked for the records. Throws what no retry cures, and the signal's reason.
 */
export async function patiently<Result>(
  { clock, signal, onStatus }: FollowWorld,
  ask: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw error;
      const delayMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
      onStatus?.({ state: 'reconnecting', reason: (error as Error).message, attempt, delayMs });
      await clock.sleep(delayMs, signal);
    }
  }
}

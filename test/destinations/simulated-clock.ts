import { channel } from 'node:diagnostics_channel';
import type { Clock } from '../../src/platform/clock.ts';

/**
 * A clock that stands still while a request of ours is on its way and jumps to the next timer when all is quiet: days of
 * retries pass in seconds, against real sockets.
 */
export interface SimulatedClock extends Clock {
  /** How far it has come since it was made, in milliseconds. */
  elapsedMs(): number;
  stop(): void;
}

export function startSimulatedClock(startAt = Date.now()): SimulatedClock {
  let onTheirWay = 0;
  const begun = () => onTheirWay++;
  const ended = () => onTheirWay--;
  channel('undici:request:create').subscribe(begun);
  channel('undici:request:trailers').subscribe(ended);
  channel('undici:request:error').subscribe(ended);
  const sleepers = new Set<{ at: number; wake(): void }>();
  let now = startAt;
  let quietTurns = 0;
  const timer = setInterval(() => {
    quietTurns = onTheirWay > 0 ? 0 : quietTurns + 1;
    if (quietTurns < 4 || sleepers.size === 0) return;
    quietTurns = 0;
    now = Math.max(now, Math.min(...[...sleepers].map(({ at }) => at)));
    for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake();
  }, 2);
  return {
    now: () => now,
    elapsedMs: () => now - startAt,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          at: now + ms,
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', stop);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', stop, { once: true });
      }),
    stop() {
      clearInterval(timer);
      channel('undici:request:create').unsubscribe(begun);
      channel('undici:request:trailers').unsubscribe(ended);
      channel('undici:request:error').unsubscribe(ended);
    },
  };
}

/** Wall time, for stamps and deadlines that outlive the process. Durations come from `performance.now()`. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** How many of its seconds pass in a real one; 1 when absent. Only tests have another. */
  readonly speed?: number;
}

/** How long to sleep on this clock for `ms` of real time: polls that would otherwise be a busy loop on a fast clock. */
export function realTimeMs({ speed = 1 }: Clock, ms: number): number {
  return ms * speed;
}

/**
 * A clock that runs `speed` times as fast as the wall since `originMs`: every process that is given both agrees on the time.
 * For tests of what takes days.
 */
export function acceleratedClock({ speed, originMs }: { speed: number; originMs: number }): Clock {
  const wall = () => performance.timeOrigin + performance.now();
  return {
    speed,
    now: () => Math.floor(originMs + (wall() - originMs) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const done = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

import type { Clock } from '../../src/platform/clock.ts';

/** A clock that only moves when told to. `sleep` moves it. */
export function manualClock(start: string): Clock & { advance(ms: number): void } {
  let now = Date.parse(start);
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    async sleep(ms) {
      now += ms;
    },
  };
}

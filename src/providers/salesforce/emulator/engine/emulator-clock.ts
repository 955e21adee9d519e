import type { EmulatorClock } from '../org.ts';

/** The org's own time: runs with the wall clock from any starting point and can be pushed ahead; a fixed one stands still. */
export function startEmulatorClock(options: { startAt?: number; wall?: () => number } = {}): EmulatorClock {
  const wall = options.wall ?? Date.now;
  let ahead = options.startAt === undefined ? 0 : options.startAt - wall();
  return {
    now: () => wall() + ahead,
    advance: (ms) => {
      ahead += ms;
    },
  };
}

import type { RuntimeService } from '../run/runtime-service.ts';
import { Scheduler } from './scheduler.ts';

/** Reads every object of every installation when its schedule says so, and once from the beginning when it is new. */
export function createSchedulerService(): RuntimeService {
  let scheduler: Scheduler | undefined;
  return {
    name: 'scheduler',
    waitForReady: true,
    async run(world, signal) {
      scheduler = new Scheduler(world, signal);
      await scheduler.run();
    },
    health: () => ({
      ok: true,
      ready: scheduler?.hasPlan === true,
      ...(scheduler ? { message: scheduler.sayNow() } : {}),
    }),
  };
}

import { realTimeMs } from '../../platform/clock.ts';
import type { RuntimeService } from './runtime-service.ts';

const lookMs = 5_000;

/** Sees within seconds that somebody has signed in again, and says every so often that this runner is alive. */
export function createOrgsService(): RuntimeService {
  return {
    name: 'orgs',
    async run({ orgs, changes, clock, state, logger }, signal) {
      while (!signal.aborted) {
        if (await orgs.refresh()) {
          logger.info('orgs', 'Signed in again: what had stopped goes on.');
          changes.notify();
        }
        state.db.prepare('UPDATE runner SET seen_at = ?').run(clock.now());
        await clock.sleep(realTimeMs(clock, lookMs), signal).catch(() => {});
      }
    },
  };
}

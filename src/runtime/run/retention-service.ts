import { pruneOperations, readRetentionDays } from '../../operations/retention.ts';
import type { RuntimeService } from './runtime-service.ts';

const everyMs = 3_600_000;
const budgetMs = 5_000;

/** Forgets operations and log lines that are too old, a little every hour. The outbox looks after itself. */
export function createRetentionService(): RuntimeService {
  return {
    name: 'retention',
    async run({ state, clock, context, logger }, signal) {
      const retentionDays = readRetentionDays(context.config.env);
      while (!signal.aborted) {
        const { operations } = await pruneOperations(state.db, { clock, retentionDays, budgetMs, signal });
        if (operations > 0)
          logger.debug('retention', `${operations} operations older than ${retentionDays} days forgotten.`);
        await clock.sleep(everyMs, signal).catch(() => {});
      }
    },
  };
}

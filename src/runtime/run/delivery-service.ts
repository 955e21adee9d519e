import { deliverySettings } from '../../destinations/delivery-settings.ts';
import { startDownloadServer } from '../../destinations/downloads/download-server.ts';
import { createDownloads } from '../../destinations/downloads/downloads.ts';
import { createOutbox } from '../../destinations/outbox.ts';
import { deliverPending } from '../../destinations/sender/deliver-pending.ts';
import { realTimeMs } from '../../platform/clock.ts';
import { countOf } from '../../platform/group-digits.ts';
import type { RuntimeService } from './runtime-service.ts';

/** How often messages of other processes are looked for; what this process commits leaves at once. */
const pollMs = 250;

/**
 * Sends what is in the outbox until it is told to stop, and serves what is too large to send for as long. While another
 * command delivers, it waits for its turn.
 */
export function createDeliveryService(): RuntimeService {
  let pending: (() => number) | undefined;
  return {
    name: 'delivery',
    health() {
      const waiting = pending?.() ?? 0;
      return { ok: true, ...(waiting > 0 ? { message: `${countOf(waiting, 'message')} to deliver` } : {}) };
    },
    async run(world, signal) {
      const { state, clock, context, metrics, logger } = world;
      const attempts = metrics.counter('amp_delivery_attempts_total', 'Attempts to deliver a message, by outcome.');
      const outbox = createOutbox(state.db, () => clock.now());
      pending = () => outbox.backlog().pending;
      const failing = new Set<string>();
      const settings = deliverySettings({ ...context, clock, signal });
      // The API serves them on its port; without one they get a listener of their own.
      const baseUrl = settings.downloadBaseUrl ?? world.settings.apiUrl;
      const downloads =
        baseUrl === undefined ? await startDownloadServer(createDownloads(state, () => clock.now())) : undefined;
      try {
        await deliverPending({
          state,
          ...settings,
          downloadBaseUrl: baseUrl ?? downloads!.baseUrl,
          until: 'stopped',
          pollMs: realTimeMs(clock, pollMs),
          log: world.log,
          random: world.random,
          onAttempt: (attempt) => {
            const { outcome, destination } = attempt;
            attempts.add(1, { destination: destination.name, outcome: outcome.kind });
            // Once when it begins and once when it ends: an outage has thousands of attempts.
            if (outcome.kind === 'delivered') {
              if (failing.delete(destination.name))
                logger.info('delivery', `${destination.name} takes messages again.`);
            } else if (!failing.has(destination.name)) {
              failing.add(destination.name);
              logger.warning('delivery', `${destination.name} does not take messages: ${outcome.reason}`);
            }
          },
        });
      } finally {
        await downloads?.stop();
      }
    },
  };
}

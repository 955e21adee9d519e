import { deliverySettings } from '../../destinations/delivery-settings.ts';
import { startDownloadServer } from '../../destinations/downloads/download-server.ts';
import { createDownloads } from '../../destinations/downloads/downloads.ts';
import { deliverPending } from '../../destinations/sender/deliver-pending.ts';
import { realTimeMs } from '../../platform/clock.ts';
import type { RuntimeService } from './runtime-service.ts';

/** How often messages of other processes are looked for; what this process commits leaves at once. */
const pollMs = 250;

/**
 * Sends what is in the outbox until it is told to stop, and serves what is too large to send for as long. While another
 * command delivers, it waits for its turn.
 */
export function createDeliveryService(): RuntimeService {
  return {
    name: 'delivery',
    async run(world, signal) {
      const { state, clock, context, metrics, logger } = world;
      const attempts = metrics.counter('amp_delivery_attempts_total', 'Attempts to deliver a message, by outcome.');
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
            const outcome = attempt.outcome.kind;
            attempts.add(1, { destination: attempt.destination.name, outcome });
            if (outcome === 'failed') logger.debug('delivery', `${attempt.destination.name} did not take a message.`);
          },
        });
      } finally {
        await downloads?.stop();
      }
    },
  };
}

import { setMaxListeners } from 'node:events';
import { type Health, healthOf, type WatchedService } from './health.ts';
import { collectProjectMetrics } from './metrics/project-metrics.ts';
import type { RuntimeService, RuntimeWorld } from './runtime-service.ts';
import { supervise } from './supervise.ts';

/**
 * Starts every service, keeps them running until `signal` aborts, and gives them `graceMs` to finish the step in flight.
 * Answers the names of those that did not: the process should go without them.
 */
export async function runRuntime(
  createWorld: (health: Health) => RuntimeWorld,
  services: readonly RuntimeService[],
  signal: AbortSignal,
): Promise<string[]> {
  // Everything that is on its way listens to it: many at once are no leak.
  setMaxListeners(0, signal);
  const watched: WatchedService[] = services.map((service) => ({ service, state: 'starting', restarts: 0 }));
  const world = createWorld(healthOf(watched));
  collectProjectMetrics(world);
  const running = Promise.all(watched.map((one) => supervise(one, world, signal)));
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  // Real time: whoever sent the signal waits on a real clock.
  const late = new Promise<'late'>((resolve) => {
    setTimeout(() => resolve('late'), world.settings.graceMs).unref();
  });
  if ((await Promise.race([running, late])) !== 'late') return [];
  const slow = watched.filter(({ state }) => state !== 'ended' && state !== 'idle').map(({ service }) => service.name);
  world.logger.warning(
    'run',
    `Not waiting for ${slow.join(', ')}: what is not committed comes again at the next start.`,
  );
  return slow;
}

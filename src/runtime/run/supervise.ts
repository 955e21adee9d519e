import { AmpError } from '../../errors/amp-error.ts';
import { catalog } from '../../errors/catalog.ts';
import type { Clock } from '../../platform/clock.ts';
import type { WatchedService } from './health.ts';
import type { RuntimeWorld } from './runtime-service.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** After this long a failure is a new one. */
const steadyMs = 5 * 60_000;

/** Keeps a service running until `signal` aborts: a failure is told, waited out and tried again. Never rejects. */
export async function supervise(watched: WatchedService, world: RuntimeWorld, signal: AbortSignal): Promise<void> {
  const { service } = watched;
  const restarts = world.metrics.counter('amp_service_restarts_total', 'Services that failed and were started again.');
  for (let failures = 0; !signal.aborted; ) {
    const startedAt = world.clock.now();
    try {
      watched.state = 'running';
      delete watched.reason;
      await service.run(world, signal);
      watched.state = signal.aborted ? 'ended' : 'idle';
      return;
    } catch (error) {
      if (signal.aborted) break;
      failures = world.clock.now() - startedAt >= steadyMs ? 1 : failures + 1;
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (0.8 + 0.4 * world.random());
      watched.state = 'waiting';
      watched.restarts++;
      watched.reason = reasonOf(error);
      restarts.add(1, { service: service.name });
      world.logger.error(service.name, `${watched.reason} Starting again in ${Math.ceil(pauseMs / 1000)} s.`, {
        error,
      });
      await pause(world.clock, pauseMs, signal);
    }
  }
  watched.state = 'ended';
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  // Told to stop while waiting: the loop above sees it.
  await clock.sleep(ms, signal).catch(() => {});
}

/** With the remedy: nobody prints this error as a command's end. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = error instanceof AmpError ? (error.hint ?? catalog[error.code]?.remedy) : undefined;
  return hint ? `${error.message} ${hint}` : error.message;
}

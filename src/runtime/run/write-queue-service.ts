import { runWriteQueue } from '../write/queue/run-write-queue.ts';
import type { RuntimeService } from './runtime-service.ts';

/** Sends asynchronous writes until it is told to stop. While another command sends them, it waits for its turn. */
export function createWriteQueueService(): RuntimeService {
  return {
    name: 'writes',
    async run(world, signal) {
      const steps = world.metrics.counter('amp_write_steps_total', 'Steps of queued writes: a call, a look or an end.');
      await runWriteQueue(world, { signal, until: 'stopped', onStep: () => steps.add(1) });
    },
  };
}

import { expect, test } from 'vitest';
import { acceleratedClock } from '../../src/platform/clock.ts';
import { startQueueWorld } from './queue-world.ts';

test('a wall clock that is set back by hours moves neither the next attempt nor the deadline', {
  timeout: 60_000,
}, async () => {
  const fast = acceleratedClock({ speed: 600, originMs: Date.now() });
  let setBackMs = 0;
  const queue = await startQueueWorld({ clock: { ...fast, now: () => fast.now() - setBackMs } });
  const { operationId } = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } });
  queue.emulator.faults.add({ name: 'daily-limit', count: 1, match: { method: 'POST' } } as never);
  const began = fast.now();
  await queue.run([operationId], {
    onStep: () => {
      if (setBackMs === 0) setBackMs = 10 * 3_600_000;
    },
  });
  expect(queue.operation(operationId)).toMatchObject({ status: 'success', metadata: { retry: { attempts: 2 } } });
  expect(fast.now() - began).toBeLessThan(10 * 3_600_000);
  await queue.stop();
});

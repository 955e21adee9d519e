import { expect, test } from 'vitest';
import { findOperation } from '../../src/operations/find-operations.ts';
import { closeInterruptedOperations } from '../../src/operations/interrupted.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { buildQueueChild, ended, startQueueRig } from '../write/queue-process.ts';

test('WRITE-15 killed between retries it goes on, and the deadline is not reset', { timeout: 120_000 }, async () => {
  const rig = await startQueueRig(await buildQueueChild(), { speed: 600 });
  rig.emulator.faults.add({ name: 'too-many-requests', count: 1_000_000, match: { method: 'POST' } } as never);
  const operation = await rig.enqueue('Account', { type: 'create', record: { Name: 'Late' } });
  const retry = () => findOperation(rig.state.db, operation)!.metadata.retry as Record<string, number | string>;
  const { deadline } = retry();
  const first = rig.startChild();
  const end = ended(first);
  // Pauses are long by then, and no call is under way: its answer would be lost with the process.
  const isWaiting = () =>
    Number(retry().attempts) >= 4 && rig.state.db.prepare('SELECT state FROM queued_writes').get()?.state === 'waiting';
  await expect.poll(isWaiting, { interval: 5, timeout: 60_000 }).toBe(true);
  first.kill('SIGKILL');
  await end;
  const attempts = Number(retry().attempts);
  // Whoever tidies up after dead processes leaves it to the queue.
  expect(closeInterruptedOperations(rig.state.db, systemClock)).toEqual([]);
  expect(findOperation(rig.state.db, operation)!.status).toBe('in_progress');
  expect(await ended(rig.startChild())).toBe(0);
  const record = findOperation(rig.state.db, operation)!;
  expect(record).toMatchObject({ status: 'failure', error: { code: 'write-deadline-passed' } });
  expect(Number(retry().attempts)).toBeGreaterThan(attempts);
  expect(retry().deadline).toBe(deadline);
  // The fast clock moves between two looks at it.
  expect(Math.abs(Date.parse(String(deadline)) - Date.parse(record.createTime) - 3_600_000)).toBeLessThan(60_000);
  expect(Date.parse(record.endTime!)).toBeGreaterThanOrEqual(Date.parse(String(deadline)));
  await rig.stop();
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { startQueueWorld } from './queue-world.ts';

let queue: Awaited<ReturnType<typeof startQueueWorld>>;
beforeEach(async () => {
  queue = await startQueueWorld();
});
afterEach(() => queue.stop());

const answer = (status: number, errorCode: string) => ({
  kind: 'answer' as const,
  status,
  body: JSON.stringify([{ message: 'Not now', errorCode }]),
  contentType: 'application/json;charset=UTF-8',
});

test.each([
  [503, 'SERVER_UNAVAILABLE'],
  [403, 'REQUEST_LIMIT_EXCEEDED'],
])(
  'a create whose answer was lost keeps its key when the org then turns it away with %i %s',
  async (status, errorCode) => {
    const { operationId } = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } });
    const match = { method: 'POST', path: '/ui-api/records' };
    queue.emulator.faults.add({ match, effect: { kind: 'cut', at: 5, by: 'rst' } });
    queue.emulator.faults.add({ match, skip: 1, count: 2, effect: answer(status, errorCode) });
    await queue.run([operationId]);
    expect(queue.operation(operationId)).toMatchObject({ status: 'success', metadata: { retry: { attempts: 4 } } });
    expect(await queue.rows('Account', 'Name')).toEqual([{ Name: 'Acme' }]);
  },
);

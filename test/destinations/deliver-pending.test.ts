import { afterEach, describe, expect, test } from 'vitest';
import { openProject } from './project.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});
async function receive(...args: Parameters<typeof startReceiver>) {
  const receiver = await startReceiver(...args);
  receivers.push(receiver);
  return receiver;
}

describe('delivering what is stored', () => {
  test('a stored message arrives once, signed, with the stored bytes', async () => {
    const receiver = await receive();
    const project = openProject();
    const { secret } = await project.addWebhook('crm', receiver.url);
    const [message] = project.store([{ body: Buffer.from('{"name":"Zoë"}') }]);
    expect(await project.deliver()).toEqual({
      delivered: 1,
      failed: 0,
      pending: 0,
      dead: 0,
      unfetched: 0,
      problems: [],
    });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]!.body).toEqual(message!.body);
    expect(receiver.verifies(receiver.received[0]!, secret)).toBe(true);
  });

  test('messages of one order key arrive in order, over retries', async () => {
    const receiver = await receive();
    let count = 0;
    receiver.answer = (_, response) => response.writeHead(count++ % 3 === 1 ? 500 : 200).end();
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    const stored = project.store(Array.from({ length: 30 }, () => ({})));
    const summary = await project.deliver();
    expect(summary).toMatchObject({ delivered: 30, pending: 0, dead: 0 });
    expect(summary.failed).toBeGreaterThan(0);
    expect(receiver.accepted()).toEqual(stored.map(({ id }) => id));
  });

  test('a destination that is down does not hold up another', async () => {
    const [good, bad] = [await receive(), await receive(500)];
    const project = openProject();
    await project.addWebhook('good', good.url);
    await project.addWebhook('bad', bad.url);
    project.store(Array.from({ length: 20 }, (_, i) => ({ destination: i % 2 ? 'good' : 'bad', operationId: 'op_1' })));
    const summary = await project.deliver({
      schedule: { delaysMs: [60_000], busyFloorMs: 0, jitter: 0 },
      until: 'idle',
    });
    expect(summary).toMatchObject({ delivered: 10, pending: 10 });
    expect(new Set(good.accepted()).size).toBe(10);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { abandonMessages } from '../../src/destinations/abandon-messages.ts';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
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

  test('a destination that leads back to amp itself gets nothing', async () => {
    const receiver = await receive();
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    project.store([{}]);
    const { origin } = new URL(receiver.url);
    expect(await project.deliver({ downloadBaseUrl: origin })).toMatchObject({ delivered: 0, dead: 1 });
    expect(receiver.received).toEqual([]);
    const { reason } = project.state.db.prepare('SELECT reason FROM delivery_failures').get<{ reason: string }>()!;
    expect(reason).toBe('the address is amp itself');
  });

  test('what is committed while sending leaves with its bytes, what is rolled back never does', async () => {
    const receiver = await receive();
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    const bodyOf = (text: string) => Buffer.from(JSON.stringify({ text: text.repeat(100_000) }));
    const stopped = new AbortController();
    const sending = project.deliver({ until: 'stopped', signal: stopped.signal });
    const undone = () =>
      project.state.db.transaction(() => {
        project.store([{ body: bodyOf('x') }]);
        throw new Error('undone');
      });
    expect(undone).toThrow('undone');
    const stored = project.store(['a', 'b', 'c'].map((text) => ({ body: bodyOf(text) })));
    await expect.poll(() => receiver.received.length).toBe(3);
    stopped.abort();
    expect(await sending).toMatchObject({ delivered: 3, pending: 0 });
    expect(receiver.received.map(({ body }) => body)).toEqual(stored.map(({ body }) => body));
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

  test('when no retry is due before time is up, the rest waits in the outbox and nobody waits for it', async () => {
    const receiver = await receive();
    receiver.answer = (_, response) => response.writeHead(500).end();
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    project.store([{ body: Buffer.from('{}') }]);
    const hour = 3_600_000;
    const schedule = { delaysMs: [hour], busyFloorMs: 0, jitter: 0 };
    const { failed, pending } = await project.deliver({ schedule, limitMs: hour / 2 });
    expect({ failed, pending }).toEqual({ failed: 1, pending: 1 });
  }, 10_000);

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

  test('what is stored first leaves while more is being stored, and the end waits for all of it', async () => {
    const receiver = await receive();
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    const storing = (async () => {
      for (let page = 1; page <= 3; page++) {
        project.store([{ operationId: 'op_1' }, { operationId: 'op_1' }]);
        await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(2 * page);
      }
      project.store([{ operationId: 'op_1' }]);
      return { operationId: 'op_1' };
    })();
    expect(await project.deliver({ during: storing, pollMs: 20 })).toMatchObject({ delivered: 7, pending: 0 });
  });

  test('when storing fails, sending stops and leaves the rest in the outbox', async () => {
    const receiver = await receive(500);
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    project.store([{}]);
    const storing = expect
      .poll(() => receiver.received.length, { timeout: 20_000 })
      .toBe(1)
      .then(() => Promise.reject(new Error('the org went away')));
    const schedule = { delaysMs: [60_000], busyFloorMs: 0, jitter: 0 };
    expect(await project.deliver({ during: storing, pollMs: 20, schedule })).toMatchObject({
      delivered: 0,
      pending: 1,
    });
  });

  test('failures are told to the operation the message belongs to, without a word of the body', async () => {
    const receiver = await receive(503);
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    project.store([{ operationId: 'op_7', body: Buffer.from('{"canary":1}') }, { orderKey: 'other' }]);
    const lines: string[] = [];
    const write = (text: string, details?: object) => void lines.push(`${text} ${JSON.stringify(details)}`);
    const asked: string[] = [];
    const linesOf = (id: string) => {
      asked.push(id);
      return { debug: write, info: write, warning: write, error: write };
    };
    await project.deliver({ log: { linesOf } });
    expect(new Set(asked)).toEqual(new Set(['op_7']));
    expect(lines).toHaveLength(8);
    expect(lines[0]).toContain('Attempt 1 for "crm" failed: HTTP 503');
    expect(lines.at(-1)).toContain('gave up after 8 attempts');
    expect(lines.join()).not.toContain('canary');
  });

  test('a destination whose secret is lost holds its own messages only, and says how to go on', async () => {
    const [good, lost] = [await receive(), await receive()];
    const project = openProject();
    await project.addWebhook('good', good.url);
    const { id } = await project.addWebhook('lost', lost.url);
    await project.credentials.delete(`destination:${id}`);
    project.store([{ destination: 'good' }, { destination: 'lost' }]);
    const summary = await project.deliver();
    expect(summary).toMatchObject({ delivered: 1, pending: 1 });
    expect(summary.problems).toMatchObject([{ destination: 'lost', error: { code: 'destination-secret-missing' } }]);
    expect((summary.problems[0]!.error as { hint: string }).hint).toContain('rotate-secret lost');
  });

  test('a destination removed while it is being delivered to ends the matter, and nothing else', async () => {
    const [good, leaving] = [await receive(), await receive(500)];
    const project = openProject();
    await project.addWebhook('good', good.url);
    const { id } = await project.addWebhook('leaving', leaving.url);
    project.store([{ destination: 'leaving' }, { destination: 'leaving', orderKey: 'other' }]);
    const delivering = project.deliver({
      pollMs: 20,
      onAttempt: ({ destination }) => {
        if (destination.id !== id) return;
        createDestinationStore(project.state.db).remove(id);
        project.store([{ destination: 'good' }]);
      },
    });
    await expect.poll(() => good.received.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(await delivering).toMatchObject({ pending: 0, dead: 0, problems: [] });
  });

  test('messages abandoned while they wait or are on their way are not taken up again', async () => {
    const receiver = await receive(500);
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    const { db } = project.state;
    const log = createOperationLog(db, { clock: project.clock, redact: (text) => text });
    const { id } = log.start({ action: 'read', startedBy: 'cli', installationId: 'ins_1' });
    log.flush();
    project.store([{ operationId: id }, { operationId: id }]);
    let abandoned = 0;
    const summary = await project.deliver({
      pollMs: 20,
      onAttempt: () => {
        abandoned += abandonMessages(db, 'ins_1', 'The installation was removed.', Date.now());
      },
    });
    expect(abandoned).toBe(2);
    expect(summary).toMatchObject({ delivered: 0, pending: 0, dead: 2 });
    expect(receiver.received).toHaveLength(1);
  });

  test('delivered messages are forgotten after 30 days, dead ones are not', async () => {
    const receiver = await receive();
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    const [old, dead] = project.store([{}, {}]);
    await project.deliver();
    const { db } = project.state;
    const longAgo = Date.now() - 31 * 24 * 3600 * 1000;
    db.prepare('UPDATE outbox SET ended_at = ?').run(longAgo);
    db.prepare("UPDATE outbox SET state = 'dead' WHERE id = ?").run(dead!.id);
    const [young] = project.store([{}]);
    await project.deliver();
    const kept = db
      .prepare('SELECT id FROM outbox')
      .all<{ id: string }>()
      .map(({ id }) => id);
    expect(kept).toContain(dead!.id);
    expect(kept).toContain(young!.id);
    expect(kept).not.toContain(old!.id);
    expect(db.prepare('SELECT count(*) AS n FROM outbox_bodies').get()).toMatchObject({ n: kept.length });
  });
});

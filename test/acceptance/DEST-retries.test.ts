import { afterEach, describe, expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { enableDestination } from '../../src/destinations/enable-destination.ts';
import { defaultSchedule } from '../../src/destinations/schedule.ts';
import { loadEvent, replayEvents } from '../../src/destinations/stored-events.ts';
import { createNotificationRoutes } from '../../src/notifications/routes.ts';
import { openProject, type Project } from '../destinations/project.ts';
import { type Answer, type Receiver, startReceiver } from '../destinations/receiver.ts';
import { type SimulatedClock, startSimulatedClock } from '../destinations/simulated-clock.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
async function receive(answer?: number | Answer): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  ends.push(receiver.close);
  return receiver;
}
function simulate(): { clock: SimulatedClock; project: Project } {
  const clock = startSimulatedClock();
  ends.push(() => clock.stop());
  return { clock, project: openProject({ clock }) };
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const exact = { ...defaultSchedule, jitter: 0 };
const long = { pollMs: hour, limitMs: 100 * day, schedule: exact };

describe('retries', () => {
  test.each([
    [
      '500',
      (_: unknown, response: { writeHead(status: number): { end(): void } }) => response.writeHead(500).end(),
      5 * second,
    ],
    [
      'a redirect',
      (_: unknown, response: { writeHead(status: number): { end(): void } }) => response.writeHead(307).end(),
      5 * second,
    ],
    ['no answer', () => {}, minute],
  ] as const)(
    'DEST-7 after %s: the published delays, the same id, a fresh stamp and signature each time',
    async (_, answer, first) => {
      const receiver = await receive(answer as Answer);
      const { clock, project } = simulate();
      const { secret } = await project.addWebhook('crm', receiver.url);
      const [message] = project.store([{}]);
      const at: number[] = [];
      const summary = await project.deliver({
        ...long,
        deadlineMs: first === minute ? 200 : 15_000,
        onAttempt: () => at.push(clock.elapsedMs()),
      });
      expect(summary).toMatchObject({ delivered: 0, failed: 8, pending: 0, dead: 1 });
      const delays = at.map((time, i) => time - (at[i - 1] ?? 0)).slice(1);
      expect(delays).toEqual([first, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour]);
      expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([message!.id]));
      for (const { body } of receiver.received) expect(body).toEqual(message!.body);
      expect(new Set(receiver.received.map(({ headers }) => headers['svix-timestamp'])).size).toBe(8);
      expect(new Set(receiver.received.map(({ headers }) => headers['svix-signature'])).size).toBe(8);
      expect(receiver.verifies(receiver.received[0]!, secret)).toBe(true);
    },
  );

  test('DEST-7 a 2xx ends the retries', async () => {
    const receiver = await receive((_, response) => response.writeHead(receiver.received.length < 3 ? 503 : 200).end());
    const { project } = simulate();
    await project.addWebhook('crm', receiver.url);
    project.store([{}]);
    expect(await project.deliver(long)).toMatchObject({ delivered: 1, failed: 2, pending: 0 });
    expect(receiver.received).toHaveLength(3);
  });

  test('DEST-8 DEST-18 an exhausted message is kept and replayed with its id and its first bytes', async () => {
    const receiver = await receive(500);
    const { project } = simulate();
    await project.addWebhook('crm', receiver.url);
    const [message] = project.store([{ body: Buffer.from('{"name":"Zoë","n":1.10}') }]);
    expect(await project.deliver(long)).toMatchObject({ dead: 1 });
    expect(loadEvent(project.state.db, message!.id)).toMatchObject({
      state: 'dead',
      attempts: 8,
      lastStatus: 500,
      lastError: 'HTTP 500; gave up after 8 attempts',
    });
    expect(loadEvent(project.state.db, message!.id).failures).toHaveLength(8);

    receiver.answer = 200;
    expect(replayEvents(project.state.db, { states: ['dead'] })).toEqual([message!.id]);
    expect(await project.deliver(long)).toMatchObject({ delivered: 1, dead: 0 });
    const last = receiver.received.at(-1)!;
    expect(last.id).toBe(message!.id);
    expect(last.body).toEqual(message!.body);
    expect(last.headers['x-amp-replay']).toBe('1');
    expect(loadEvent(project.state.db, message!.id)).toMatchObject({ state: 'delivered', replays: 1 });
  });

  test('DEST-9 after five days of nothing but failures the webhook is disabled, told once, and resumes when enabled', async () => {
    const [receiver, watcher] = [await receive(500), await receive()];
    const { clock, project } = simulate();
    const { id } = await project.addWebhook('crm', receiver.url);
    await project.addWebhook('watch', watcher.url);
    createNotificationRoutes(project.state.db).add({
      topic: 'ops',
      types: ['destination.webhook.disabled'],
      destinations: ['watch'],
    });
    project.store(Array.from({ length: 12 }, () => ({})));
    await project.deliver({ ...long, limitMs: 9 * day });
    const store = createDestinationStore(project.state.db);
    expect(store.require('crm')).toMatchObject({
      state: 'disabled',
      disabledReason: expect.stringContaining('five days'),
    });
    // The clock starts with two failures at least twelve hours apart, and runs five days.
    const ran = clock.elapsedMs();
    expect(ran).toBeGreaterThan(5.5 * day);
    const told = watcher.received.map(({ body }) => JSON.parse(body.toString()));
    expect(told).toEqual([
      {
        notificationType: 'destination.webhook.disabled',
        data: { projectId: expect.any(String), destinationId: id, destinationName: 'crm', url: receiver.url },
      },
    ]);

    const waiting = project.state.db
      .prepare("SELECT count(*) AS n FROM outbox WHERE state = 'pending'")
      .get<{ n: number }>()!.n;
    expect(waiting).toBeGreaterThan(0);
    receiver.answer = 200;
    enableDestination(project.state.db, clock, 'crm');
    expect(await project.deliver({ ...long, limitMs: hour })).toMatchObject({ delivered: waiting, pending: 0 });
    expect(store.require('crm').state).toBe('enabled');
  });

  test('DEST-9 one success within the five days clears the count', async () => {
    let failing = true;
    const receiver = await receive((_, response) => response.writeHead(failing ? 500 : 200).end());
    const { clock, project } = simulate();
    await project.addWebhook('crm', receiver.url);
    for (let round = 0; round < 10; round++) {
      failing = true;
      project.store([{ orderKey: `a${round}` }]);
      await project.deliver({ ...long, limitMs: 26 * hour });
      failing = false;
      project.store([{ orderKey: `b${round}` }]);
      await project.deliver({ ...long, limitMs: minute });
    }
    expect(clock.elapsedMs()).toBeGreaterThan(6 * day);
    expect(createDestinationStore(project.state.db).require('crm').state).toBe('enabled');
  });

  test('W4 410 Gone disables at once and keeps what waits', async () => {
    const receiver = await receive(410);
    const { clock, project } = simulate();
    await project.addWebhook('crm', receiver.url);
    project.store(Array.from({ length: 5 }, () => ({})));
    expect(await project.deliver(long)).toMatchObject({ delivered: 0, pending: 5, dead: 0 });
    expect(receiver.received).toHaveLength(1);
    expect(createDestinationStore(project.state.db).require('crm')).toMatchObject({
      state: 'disabled',
      disabledReason: expect.stringContaining('410'),
    });
    receiver.answer = 200;
    enableDestination(project.state.db, clock, 'crm');
    expect(await project.deliver(long)).toMatchObject({ delivered: 5, pending: 0 });
  });

  test('DEST-19 webhook-delivery: abort-message ends the retries of that message only', async () => {
    const receiver = await receive((received, response) => {
      const aborts = JSON.parse(received.body.toString()).abort;
      response.writeHead(aborts ? 422 : 200, aborts ? { 'webhook-delivery': 'abort-message' } : {}).end();
    });
    const { project } = simulate();
    await project.addWebhook('crm', receiver.url);
    const [aborted] = project.store([{ body: Buffer.from('{"abort":true}') }, { body: Buffer.from('{}') }]);
    expect(await project.deliver(long)).toMatchObject({ delivered: 1, failed: 1, dead: 1 });
    expect(loadEvent(project.state.db, aborted!.id)).toMatchObject({ state: 'dead', attempts: 1 });
  });

  test('DEST-15 a receiver down for an hour: nothing is lost and the order of each object is kept', async () => {
    const { clock, project } = simulate();
    const receiver = await receive((_, response) => response.writeHead(clock.elapsedMs() < hour ? 503 : 200).end());
    await project.addWebhook('crm', receiver.url);
    const objects = ['account', 'contact', 'lead'];
    const stored = project.store(
      Array.from({ length: 300 }, (_, i) => ({ orderKey: objects[i % 3]!, body: Buffer.from(JSON.stringify({ i })) })),
    );
    const summary = await project.deliver({ ...long, ratePerSecond: 100_000 });
    expect(summary).toMatchObject({ delivered: 300, pending: 0, dead: 0 });
    const accepted = receiver.accepted();
    for (const object of objects) {
      const sent = stored.filter(({ orderKey }) => orderKey === object).map(({ id }) => id);
      expect(accepted.filter((id) => sent.includes(id))).toEqual(sent);
    }
  });

  test('DEST-15 the pages of one read, which may overlap, still keep their order over an outage', async () => {
    const { clock, project } = simulate();
    const receiver = await receive((_, response) => response.writeHead(clock.elapsedMs() < hour ? 503 : 200).end());
    await project.addWebhook('crm', receiver.url);
    const stored = project.store(Array.from({ length: 40 }, () => ({ overlap: 'op_1' })));
    expect(await project.deliver(long)).toMatchObject({ delivered: 40, pending: 0, dead: 0 });
    const first = receiver.accepted().slice(0, 8);
    expect(first[0]).toBe(stored[0]!.id);
    expect(new Set(receiver.accepted())).toEqual(new Set(stored.map(({ id }) => id)));
  });

  test('W1 down for 75 hours: nothing is lost, what was given up is listed, the rest drains oldest first', async () => {
    const { clock, project } = simulate();
    const receiver = await receive((_, response) =>
      response.writeHead(clock.elapsedMs() < 75 * hour ? 503 : 200).end(),
    );
    await project.addWebhook('crm', receiver.url);
    const stored = project.store(Array.from({ length: 200 }, () => ({})));
    const summary = await project.deliver(long);
    expect(summary.delivered + summary.dead).toBe(200);
    expect(summary.dead).toBeLessThanOrEqual(3);
    expect(receiver.accepted()).toEqual(stored.slice(summary.dead).map(({ id }) => id));
    replayEvents(project.state.db, { states: ['dead'] });
    expect(await project.deliver(long)).toMatchObject({
      delivered: summary.dead,
      pending: 0,
      dead: 0,
    });
    expect(new Set(receiver.accepted())).toEqual(new Set(stored.map(({ id }) => id)));
  });

  test('W7 one message always fails: the others flow, it is given up after its schedule and can be replayed', async () => {
    const receiver = await receive((received, response) => {
      response.writeHead(received.body.toString().includes('poison') ? 500 : 200).end();
    });
    const { project } = simulate();
    await project.addWebhook('crm', receiver.url);
    const stored = project.store(
      Array.from({ length: 60 }, (_, i) => ({
        overlap: 'op_1',
        body: Buffer.from(JSON.stringify(i === 7 ? { poison: true } : { i })),
      })),
    );
    const early = await project.deliver({ ...long, limitMs: 4 * second });
    expect(early).toMatchObject({ delivered: 59, pending: 1, dead: 0 });
    expect(await project.deliver(long)).toMatchObject({ pending: 0, dead: 1 });
    expect(replayEvents(project.state.db, { states: ['dead'] })).toEqual([stored[7]!.id]);
  });
});

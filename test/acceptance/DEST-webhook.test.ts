import { afterEach, describe, expect, test } from 'vitest';
import { saveDestinationSecrets } from '../../src/destinations/destination-secrets.ts';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { packMessages } from '../../src/destinations/pack.ts';
import { loadWebhookSecrets, rotateSecret } from '../../src/destinations/webhook/secrets.ts';
import { newSigningSecret, parseSigningSecret } from '../../src/destinations/webhook/sign.ts';
import { verifySignature } from '../../src/destinations/webhook/verify.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openProject } from '../destinations/project.ts';
import { type Answer, type Receiver, startReceiver } from '../destinations/receiver.ts';

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});
async function receive(answer?: number | Answer) {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

const day = 24 * 3600 * 1000;
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('webhooks as receivers see them', () => {
  test('DEST-1 an independent library verifies every message; a changed byte, another secret and an old stamp fail', async () => {
    const receiver = await receive();
    const project = openProject();
    const { secret } = await project.addWebhook('crm', receiver.url);
    project.store(
      ['{}', '{"name":"Zoë 😀"}', `{"text":"${'x'.repeat(290_000)}"}`].map((text) => ({ body: Buffer.from(text) })),
    );
    await project.deliver();
    expect(receiver.received).toHaveLength(3);
    for (const received of receiver.received) {
      expect(receiver.verifies(received, secret)).toBe(true);
      expect(receiver.verifies(received, newSigningSecret())).toBe(false);
      const changed = Buffer.from(received.body);
      changed[0]! ^= 1;
      expect(receiver.verifies({ ...received, body: changed }, secret)).toBe(false);
      expect(received.headers['svix-signature']).toBe(received.headers['webhook-signature']);
      expect(received.headers['svix-id']).toMatch(/^msg_[0-9A-Za-z]+$/);
    }
    const late = openProject({ clock: { ...systemClock, now: () => Date.now() - 6 * 60_000 } });
    const { secret: lateSecret } = await late.addWebhook('crm', receiver.url);
    late.store([{}]);
    await late.deliver();
    expect(receiver.verifies(receiver.received.at(-1)!, lateSecret)).toBe(false);
  });

  test('DEST-2 while a rotation is young either secret verifies, after 24 hours only the new one', async () => {
    const receiver = await receive();
    let offsetMs = 0;
    const clock = { ...systemClock, now: () => Date.now() + offsetMs };
    const project = openProject({ clock });
    const { id, secret: old } = await project.addWebhook('crm', receiver.url);
    const secrets = await loadWebhookSecrets(project.credentials, { id, name: 'crm' });
    const rotated = rotateSecret(secrets, clock.now());
    await saveDestinationSecrets(project.credentials, { id }, rotated);
    const verifies = (secret: string) =>
      verifySignature(receiver.received.at(-1)!, [parseSigningSecret(secret)], clock.now()).valid;

    project.store([{}]);
    await project.deliver();
    expect([verifies(old), verifies(rotated.current)]).toEqual([true, true]);
    expect(receiver.verifies(receiver.received[0]!, old)).toBe(true);
    expect(receiver.received[0]!.headers['svix-signature']).toMatch(/^v1,\S+ v1,\S+$/);

    offsetMs = day + 1000;
    project.store([{}]);
    await project.deliver();
    expect([verifies(old), verifies(rotated.current)]).toEqual([false, true]);
  });

  test('W8 a rotation in the middle of a run fails no message of a receiver that knows only one secret', async () => {
    const receiver = await receive();
    const project = openProject();
    const { id, secret: old } = await project.addWebhook('crm', receiver.url);
    const store = createDestinationStore(project.state.db);
    project.store(Array.from({ length: 1000 }, (_, i) => ({ orderKey: String(i) })));
    let current = old;
    let attempts = 0;
    await project.deliver({
      ratePerSecond: 100_000,
      pollMs: 5,
      onAttempt: () => {
        if (++attempts !== 300) return;
        void loadWebhookSecrets(project.credentials, { id, name: 'crm' }).then(async (secrets) => {
          const rotated = rotateSecret(secrets, Date.now());
          current = rotated.current;
          await saveDestinationSecrets(project.credentials, { id }, rotated);
          store.touch(id);
        });
      },
    });
    expect(new Set(receiver.accepted()).size).toBe(1000);
    expect(receiver.received.every((received) => receiver.verifies(received, old))).toBe(true);
    expect(receiver.received.some((received) => receiver.verifies(received, current))).toBe(true);
  });

  test('DEST-3 10,000 rows: every body is at most 300,000 bytes, every row appears once, numRecords is right', async () => {
    const receiver = await receive();
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      fields: { id: `003${i}`, name: `Zoë ${'n'.repeat(i % 700)}` },
    }));
    project.store([...packMessages({ action: 'read', objectName: 'contact' }, rows.map(json))]);
    await project.deliver();
    const bodies = receiver.received.map(({ body }) => {
      expect(body.length).toBeLessThanOrEqual(300_000);
      const message = JSON.parse(body.toString());
      expect(message.resultInfo).toEqual({ type: 'inline', numRecords: message.result.length });
      return message.result;
    });
    expect(
      bodies
        .flat()
        .map(({ fields }) => fields.id)
        .sort(),
    ).toEqual(rows.map(({ fields }) => fields.id).sort());
  });

  test('DEST-14 two destinations for two objects: nothing crosses', async () => {
    const [accounts, contacts] = [await receive(), await receive()];
    const project = openProject();
    await project.addWebhook('accounts', accounts.url);
    await project.addWebhook('contacts', contacts.url);
    project.store(
      Array.from({ length: 100 }, (_, i) => {
        const name = i % 3 === 0 ? 'accounts' : 'contacts';
        return { destination: name, orderKey: name, body: json({ objectName: name, i }) };
      }),
    );
    await project.deliver();
    for (const [receiver, name, count] of [
      [accounts, 'accounts', 34],
      [contacts, 'contacts', 66],
    ] as const) {
      expect(receiver.received.map(({ body }) => JSON.parse(body.toString()).objectName)).toEqual(
        Array(count).fill(name),
      );
    }
  });

  test('DEST-16 custom headers are sent; secret ones are neither stored in clear nor logged', async () => {
    const receiver = await receive(500);
    const project = openProject();
    await project.addWebhook('crm', receiver.url, { 'X-Team': 'ops', Authorization: 'Bearer canary-7f3a9' });
    project.store([{}]);
    const lines: string[] = [];
    const write = (message: string, details?: object) => void lines.push(message + JSON.stringify(details));
    await project.deliver({ log: { debug: write, info: write, warning: write, error: write } });
    expect(receiver.received[0]!.headers).toMatchObject({ 'x-team': 'ops', authorization: 'Bearer canary-7f3a9' });
    expect(lines.length).toBeGreaterThan(0);
    const tables = ['destinations', 'outbox', 'delivery_failures'].map((table) =>
      JSON.stringify(project.state.db.prepare(`SELECT * FROM ${table}`).all()),
    );
    expect([...lines, ...tables].join('\n')).not.toContain('canary');
    expect(tables[0]).toContain('[secret]');
  });

  test('W5 a redirect is a failure and is never followed', async () => {
    const canary = await receive();
    const receiver = await receive((_, response) => response.writeHead(302, { location: canary.url }).end());
    const project = openProject();
    await project.addWebhook('crm', receiver.url);
    project.store([{}]);
    const summary = await project.deliver();
    expect(summary).toMatchObject({ delivered: 0, failed: 8, dead: 1 });
    expect(canary.received).toEqual([]);
  });

  test('W2 a hanging, a dripping and a huge answer end at the deadline or the limit', async () => {
    let open = 0;
    const hanging = await receive((_, response) => {
      open++;
      response.on('close', () => open--);
    });
    const dripping = await receive((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(timer));
    });
    const huge = await receive((_, response) => void response.writeHead(200).end(Buffer.alloc(50_000_000)));
    const project = openProject();
    for (const [name, receiver] of Object.entries({ hanging, dripping, huge })) {
      await project.addWebhook(name, receiver.url);
      project.store([{ destination: name, orderKey: name }]);
    }
    const failures: string[] = [];
    const summary = await project.deliver({
      deadlineMs: 300,
      schedule: { delaysMs: [], busyFloorMs: 0, jitter: 0 },
      onAttempt: ({ outcome }) => outcome.kind === 'failed' && failures.push(outcome.reason),
    });
    expect(summary).toMatchObject({ delivered: 2, dead: 1 });
    expect(failures).toEqual(['no answer within 0.3 s']);
    expect(open).toBe(0);
  });
});

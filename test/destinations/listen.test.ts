import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fixturePath } from '../../src/destinations/receiver/fixture-path.ts';
import { type ReceivedEvent, type ReceiverOptions, startReceiver } from '../../src/destinations/receiver/receiver.ts';
import { newSigningSecret, parseSigningSecret, signatureHeaders } from '../../src/destinations/webhook/sign.ts';
import { plainStyle } from '../../src/output/style.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { renderReceivedEvent } from '../../src/views/listen.ts';
import { startReceiver as startApp } from './receiver.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const key = parseSigningSecret(newSigningSecret());
const message = {
  action: 'read',
  objectName: 'contact',
  resultInfo: { type: 'inline', numRecords: 2 },
  result: [{}, {}],
};

async function listen(options: Partial<ReceiverOptions> = {}) {
  const events: ReceivedEvent[] = [];
  const receiver = await startReceiver({
    port: 0,
    clock: systemClock,
    signingKeys: async () => [key],
    onMessage: (event) => events.push(event),
    ...options,
  });
  ends.push(receiver.stop);
  const post = async (body: string, headers: Record<string, string> = {}) =>
    (await fetch(receiver.url, { method: 'POST', body, headers })).status;
  const postSigned = (body: string, id = 'msg_1') =>
    post(body, signatureHeaders([key], { id, timestampS: Math.floor(Date.now() / 1000), body: Buffer.from(body) }));
  return { receiver, events, post, postSigned };
}

describe('a local receiver', () => {
  test('a message that verifies is accepted and described, one that does not is refused', async () => {
    const { events, post, postSigned } = await listen();
    expect(await postSigned(JSON.stringify(message))).toBe(204);
    expect(await post(JSON.stringify(message))).toBe(401);
    expect(await post('not json', { 'svix-id': 'msg_2', 'svix-timestamp': '1', 'svix-signature': 'v1,xx' })).toBe(401);
    expect(events).toMatchObject([
      {
        type: 'event',
        id: 'msg_1',
        signature: 'valid',
        action: 'read',
        objectName: 'contact',
        records: 2,
        status: 204,
      },
      { signature: 'headers-missing', status: 401 },
      { signature: 'too-old', status: 401 },
    ]);
    const text = renderReceivedEvent(events[0]!, { style: plainStyle, width: 80, bodies: false });
    expect(text).toMatch(/✓ read contact +2 records +\d+ B {2}204 {2}msg_1$/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(renderReceivedEvent(events[2]!, { style: plainStyle, width: 80, bodies: false })).toContain(
      'five minutes old',
    );
  });

  test('it answers as told', async () => {
    const { postSigned } = await listen({ respond: 500 });
    expect(await postSigned('{}')).toBe(500);
  });

  test('accepted bodies are saved as they came, under a name that cannot leave the folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'amp-saved-'));
    const { events, post, postSigned } = await listen({ saveTo: folder });
    await postSigned('{ "spaced" :1.10 }', 'msg_abc');
    await postSigned('{}', '../../evil');
    await post('{}');
    expect(readFileSync(join(folder, 'msg_abc.json'), 'utf8')).toBe('{ "spaced" :1.10 }');
    expect(readdirSync(folder)).toHaveLength(2);
    expect(events[1]!.saved).toMatch(/\/[0-9a-f]{32}\.json$/);
    expect(fixturePath('/f', '..', 1)).not.toContain('..');
  });

  test('with an app behind it, the app gets the message untouched and its answer is ours', async () => {
    const app = await startApp((_, response) => response.writeHead(422).end('no such contact'));
    ends.push(app.close);
    const { events, postSigned } = await listen({ forwardTo: app.url });
    expect(await postSigned(JSON.stringify(message))).toBe(422);
    expect(app.received[0]!.body.toString()).toBe(JSON.stringify(message));
    expect(app.received[0]!.headers['webhook-id']).toBe('msg_1');
    expect(events[0]!.forwarded).toMatchObject({ status: 422, answer: 'no such contact' });
  });

  test('an app that is down is a 502, so the sender tries again', async () => {
    const app = await startApp();
    await app.close();
    const { events, postSigned } = await listen({ forwardTo: app.url });
    expect(await postSigned('{}')).toBe(502);
    expect(events[0]!.forwarded).toMatchObject({ error: 'ECONNREFUSED' });
  });

  test('a taken port is said plainly', async () => {
    const { receiver } = await listen();
    const port = Number(new URL(receiver.url).port);
    await expect(listen({ port })).rejects.toMatchObject({ code: 'destination-port-in-use' });
  });
});

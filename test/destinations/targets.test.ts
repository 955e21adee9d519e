import { appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileTarget } from '../../src/destinations/file/file-target.ts';
import { openStdoutTarget } from '../../src/destinations/stdout/stdout-target.ts';
import type { Target } from '../../src/destinations/target.ts';
import { newSigningSecret, parseSigningSecret } from '../../src/destinations/webhook/sign.ts';
import { openWebhookTarget } from '../../src/destinations/webhook/webhook-target.ts';
import { startReceiver } from './receiver.ts';

interface Kind {
  working: Target;
  /** A target of this kind that cannot take anything. */
  broken: Target;
  /** What arrived, one text a message. */
  arrived(): string[];
  end(): unknown;
}

const kinds: Record<string, () => Promise<Kind>> = {
  async webhook() {
    const receiver = await startReceiver();
    const key = parseSigningSecret(newSigningSecret());
    const open = (url: string) =>
      openWebhookTarget({
        url,
        allowPrivateNetwork: true,
        headers: {},
        signingKeys: () => [key],
        now: Date.now,
        userAgent: 'amp/test',
      });
    const gone = await startReceiver();
    await gone.close();
    return {
      working: open(receiver.url),
      broken: open(gone.url),
      arrived: () => receiver.received.map(({ body }) => body.toString()),
      end: receiver.close,
    };
  },
  async file() {
    const folder = mkdtempSync(join(tmpdir(), 'amp-target-'));
    const inTheWay = join(folder, 'in-the-way');
    writeFileSync(inTheWay, '');
    return {
      working: openFileTarget(folder),
      broken: openFileTarget(inTheWay),
      arrived: () => readFileSync(join(folder, 'read.ndjson'), 'utf8').trimEnd().split('\n'),
      end() {},
    };
  },
  async stdout() {
    const written: string[] = [];
    return {
      working: openStdoutTarget(async (bytes) => void written.push(Buffer.from(bytes).toString().trimEnd())),
      broken: openStdoutTarget(() => Promise.reject(new Error('closed'))),
      arrived: () => written,
      end() {},
    };
  },
};

const message = (text: string, topic = 'read') => ({
  id: 'msg_1',
  topic,
  createdAt: 0,
  body: Buffer.from(text),
  replayed: false,
});

describe.each(Object.entries(kinds))('any destination: %s', (_, open) => {
  test('takes messages as they are, in the order given, and says so', async () => {
    const { working, arrived, end } = await open();
    const texts = ['{"a":1}', '{"name":"Zoë 😀"}', `{"long":"${'x'.repeat(300_000)}"}`];
    for (const text of texts) expect(await working.send(message(text))).toMatchObject({ kind: 'delivered' });
    await working.close();
    expect(arrived()).toEqual(texts);
    await end();
  });

  test('a failure is an outcome with a reason, never an exception, and shows nothing of the message', async () => {
    const { broken, working, end } = await open();
    const outcome = await broken.send(message('{"canary":1}'));
    expect(outcome).toMatchObject({ kind: 'failed', busy: false, reason: expect.stringMatching(/\w/) });
    expect(JSON.stringify(outcome)).not.toContain('canary');
    await Promise.all([broken.close(), working.close()]);
    await end();
  });
});

describe('a folder', () => {
  test('a line that a crash cut is removed before the next is written, and files are private', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'amp-target-'));
    const file = join(folder, 'read.ndjson');
    const first = openFileTarget(folder);
    await first.send(message('{"a":1}'));
    await first.close();
    appendFileSync(file, `{"cut":"${'x'.repeat(200_000)}`);
    const second = openFileTarget(folder);
    await second.send(message('{"b":2}'));
    await second.close();
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"b":2}\n');
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('a topic never leaves the folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'amp-target-'));
    const target = openFileTarget(folder);
    await target.send(message('{}', '../../evil'));
    await target.send(message('{}', '..'));
    await target.close();
    expect(readFileSync(join(folder, '__.._evil.ndjson'), 'utf8')).toBe('{}\n');
    expect(readFileSync(join(folder, '_.ndjson'), 'utf8')).toBe('{}\n');
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { startDownloadServer } from '../../src/destinations/downloads/download-server.ts';
import { createDownloads } from '../../src/destinations/downloads/downloads.ts';
import { createOutbox, newMessageId } from '../../src/destinations/outbox.ts';
import { packMessages } from '../../src/destinations/pack.ts';
import { redact } from '../../src/errors/redact.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openMemoryState, openState } from '../../src/store/state.ts';
import { openProject } from '../destinations/project.ts';
import { type Receiver, startReceiver } from '../destinations/receiver.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
async function receive(): Promise<Receiver> {
  const receiver = await startReceiver();
  ends.push(receiver.close);
  return receiver;
}

/** A record of exactly this many bytes of JSON, multi-byte text included. */
function recordOf(bytes: number): Buffer {
  const empty = Buffer.byteLength(JSON.stringify({ text: 'ü漢😀' }));
  return Buffer.from(JSON.stringify({ text: `ü漢😀${'x'.repeat(bytes - empty)}` }));
}

describe('records too large for a message', () => {
  test('DEST-4 DEST-5 one record of 300,001 bytes goes as an address that serves it', async () => {
    const receiver = await receive();
    const project = openProject();
    const { secret } = await project.addWebhook('crm', receiver.url);
    const record = recordOf(300_001);
    project.store([...packMessages({ action: 'read', objectName: 'contact' }, [record])]);
    const delivering = project.deliver();
    await expect.poll(() => receiver.received.length).toBe(1);
    const [received] = receiver.received;
    const message = JSON.parse(received!.body.toString());
    expect(message).toEqual({
      action: 'read',
      objectName: 'contact',
      resultInfo: { type: 'url', numRecords: 1, downloadUrl: expect.any(String) },
    });
    expect(receiver.verifies(received!, secret)).toBe(true);
    const answer = await fetch(message.resultInfo.downloadUrl);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': expect.stringMatching(/^attachment/),
      'x-content-type-options': 'nosniff',
    });
    expect(await answer.text()).toBe(`[${record}]`);
    // Once it is fetched there is nothing left to wait for.
    expect(await delivering).toMatchObject({ delivered: 1, unfetched: 0 });
    expect(redact(message.resultInfo.downloadUrl)).not.toContain(
      new URL(message.resultInfo.downloadUrl).searchParams.get('signature'),
    );
  });

  test('V1 at the limit inline, one byte above it and at 5 MB by address, and a folder gets every record whole', async () => {
    const state = openMemoryState();
    const folder = mkdtempSync(join(tmpdir(), 'amp-files-'));
    createDestinationStore(state.db).add({ name: 'archive', kind: 'file', settings: { folder } });
    const head = { action: 'read' };
    const [empty] = packMessages(head, [recordOf(100)]);
    const limit = 300_000 - empty!.body.length + 100;
    const records = [recordOf(limit), recordOf(limit + 1), recordOf(5_000_000)];
    const messages = records.flatMap((record) => [...packMessages(head, [record])]);
    expect(messages.map(({ download }) => download !== undefined)).toEqual([false, true, true]);
    const project = openProject({ state });
    project.store(messages.map((message) => ({ ...message, destination: 'archive' })));
    expect(await project.deliver()).toMatchObject({ delivered: 3, unfetched: 0 });
    const lines = readFileSync(join(folder, 'read.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.stringify(JSON.parse(line).result[0]))).toEqual(records.map(String));
  });

  test('LA-8 DEST-5 a guessed id is 404, a changed address 403, an old one 410; only GET and HEAD, only by its own name', async () => {
    let offsetMs = 0;
    const clock = { ...systemClock, now: () => Date.now() + offsetMs };
    const state = openMemoryState();
    createDestinationStore(state.db).add({ name: 'crm', kind: 'stdout', settings: {} });
    const id = 'A'.repeat(22);
    createOutbox(state.db).add([
      {
        id: newMessageId(clock.now()),
        destination: 'crm',
        orderKey: 'contact',
        body: Buffer.from('{}'),
        records: 1,
        topic: 'read',
        download: { id, content: Buffer.from('[1]') },
      },
    ]);
    const downloads = createDownloads(state, () => clock.now());
    const server = await startDownloadServer(downloads);
    ends.push(server.stop);
    const url = downloads.offer(id, server.baseUrl);
    const status = async (address: string, init?: RequestInit) => (await fetch(address, init)).status;

    expect(downloads.offer(id, server.baseUrl)).toBe(url);
    expect(await status(url)).toBe(200);
    expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('');
    expect(await status(url, { method: 'POST' })).toBe(405);
    expect(await status(url.replace(id, `B${id.slice(1)}`))).toBe(404);
    expect(await status(url.replace(id, randomBytes(11).toString('hex')))).toBe(404);
    expect(await status(`${server.baseUrl}/`)).toBe(404);
    expect(await status(url.replace(/expires=(\d+)/, (_, at) => `expires=${Number(at) + 901}`))).toBe(403);
    expect(await status(url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).toBe(403);
    expect(await status(url.replace(/&signature=.*/, ''))).toBe(403);
    expect(await status(url.replace('127.0.0.1', 'localhost'))).toBe(200);
    const { request } = await import('undici');
    const misled = await request(url, { headers: { host: 'evil.example' } });
    expect(misled.statusCode).toBe(421);
    offsetMs = 901_000;
    expect(await status(url)).toBe(410);
    // A message sent again by then gets a new address.
    const fresh = downloads.offer(id, server.baseUrl);
    expect(fresh).not.toBe(url);
    expect(await status(fresh)).toBe(200);
  });

  test('an address outlives a restart: the key stays in the state folder, for its owner only', () => {
    const dir = mkdtempSync(join(tmpdir(), 'amp-state-'));
    const state = openState(dir);
    createDownloads(state, Date.now);
    const key = readFileSync(join(dir, 'download.key'));
    createDownloads(state, Date.now);
    state.close();
    expect(readFileSync(join(dir, 'download.key'))).toEqual(key);
    expect(key).toHaveLength(32);
    expect(statSync(join(dir, 'download.key')).mode & 0o777).toBe(0o600);
  });
});

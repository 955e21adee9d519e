import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { HttpFailure } from '../../src/platform/http.ts';
import { download } from '../../src/platform/http-download.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(answer: (response: ServerResponse) => void): Promise<URL> {
  const server = createServer((_request, response) => answer(response));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const get = (url: URL, more: { idleTimeoutMs?: number; headersTimeoutMs?: number; signal?: AbortSignal } = {}) =>
  download({ method: 'GET', url, headers: {}, headersTimeoutMs: 5000, idleTimeoutMs: 5000, large: true, ...more });

async function read(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a large body arrives, unpacked', async () => {
  const text = 'é"\n'.repeat(200_000);
  const url = await serve((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text)));
  const { status, body } = await get(url);
  expect(status).toBe(200);
  expect((await read(body)) === text).toBe(true);
});

test.each([
  ['a promised length that is not met', { 'content-length': '100' }, Buffer.from('short')],
  ['a chunked body without its end', {}, Buffer.from('short')],
  [
    'gzip without its end',
    { 'content-encoding': 'gzip', 'content-length': '30' },
    gzipSync('x'.repeat(5000)).subarray(0, 30),
  ],
])('%s is a failure, never an end', async (_what, headers, bytes) => {
  const url = await serve((response) => {
    response.writeHead(200, headers);
    response.write(bytes, () => ('content-encoding' in headers ? response.end() : response.socket!.destroy()));
  });
  const { body } = await get(url);
  await expect(read(body)).rejects.toBeInstanceOf(HttpFailure);
});

test('silence before the headers and inside the body ends the wait', async () => {
  const mute = await serve(() => {});
  await expect(get(mute, { headersTimeoutMs: 50 })).rejects.toMatchObject({ kind: 'timeout' });
  const stalled = await serve((response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('begin');
  });
  const { body } = await get(stalled, { idleTimeoutMs: 50 });
  await expect(read(body)).rejects.toMatchObject({ kind: 'timeout' });
});

test('a body that waits for its reader is not silent', async () => {
  const text = 'x'.repeat(3_000_000);
  const url = await serve((response) => response.writeHead(200, { 'content-length': text.length }).end(text));
  const { body } = await get(url, { idleTimeoutMs: 30 });
  await new Promise((done) => setTimeout(done, 150));
  expect((await read(body)).length).toBe(text.length);
});

test('the signal ends it, and nobody listening is no crash', async () => {
  const url = await serve((response) => response.writeHead(200).write('begin'));
  const stop = new AbortController();
  const { body } = await get(url, { signal: stop.signal });
  stop.abort();
  await expect(read(body)).rejects.toBeInstanceOf(Error);
  const { body: ignored } = await get(
    await serve((response) =>
      response.writeHead(200, { 'content-length': '9' }).write('x', () => response.socket!.destroy()),
    ),
  );
  await new Promise((done) => ignored.once('close', done).resume());
});

test('no connection is said as such', async () => {
  await expect(get(new URL('http://127.0.0.1:1/'))).rejects.toMatchObject({ kind: 'connect', sent: false });
});

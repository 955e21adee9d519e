import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createRawServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttp, readBody } from '../../src/platform/http.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(handler: RequestListener): Promise<URL> {
  const server: Server = createServer(handler);
  return listen(server);
}

/** Speaks raw bytes, for answers no HTTP library would send. */
async function serveRaw(talk: (socket: Socket) => void): Promise<URL> {
  const server = createRawServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => talk(socket));
  });
  return listen(server);
}

async function listen(server: Server | ReturnType<typeof createRawServer>): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

async function fetchText(
  url: URL,
  more: { headersTimeoutMs?: number; idleTimeoutMs?: number; signal?: AbortSignal } = {},
) {
  const http = createHttp();
  closing.push(() => http.close());
  const answer = await http.send({
    method: 'GET',
    url,
    headers: {},
    headersTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    ...more,
  });
  return (await readBody(answer.body)).toString('utf8');
}

const whole = JSON.stringify({ records: Array.from({ length: 3000 }, (_, at) => ({ Id: String(at) })) });

describe('a cut answer is never a short answer', () => {
  const half = Buffer.from(whole).subarray(0, whole.length / 2);
  const chunk = `${half.length.toString(16)}\r\n${half.toString()}\r\n`;

  test.each<[string, string, (socket: Socket) => void]>([
    ['content-length, ended early', `Content-Length: ${whole.length}`, (socket) => socket.end(half)],
    [
      'content-length, reset',
      `Content-Length: ${whole.length}`,
      (socket) => socket.write(half, () => socket.resetAndDestroy()),
    ],
    ['chunked, ended before the last chunk', 'Transfer-Encoding: chunked', (socket) => socket.end(chunk)],
    [
      'chunked, reset before the last chunk',
      'Transfer-Encoding: chunked',
      (socket) => socket.write(chunk, () => socket.resetAndDestroy()),
    ],
  ])('%s', async (_, header, send) => {
    const url = await serveRaw((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\nConnection: close\r\n\r\n`);
      send(socket);
    });
    await expect(fetchText(url)).rejects.toMatchObject({ name: 'HttpFailure', sent: true });
  });

  test('gzip, one byte short', async () => {
    const packed = gzipSync(whole);
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length - 1 });
      response.end(packed.subarray(0, -1));
    });
    await expect(fetchText(url)).rejects.toMatchObject({ kind: 'damaged' });
  });

  test('a failure before anybody reads is kept for the reader', async () => {
    const url = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc', () => socket.resetAndDestroy());
    });
    const http = createHttp();
    closing.push(() => http.close());
    const { body } = await http.send({ method: 'GET', url, headers: {}, headersTimeoutMs: 5000, idleTimeoutMs: 5000 });
    await new Promise((resolve) => body.once('close', resolve));
    await expect(readBody(body)).rejects.toMatchObject({ name: 'HttpFailure' });
  });
});

test('gzip is unpacked, and a whole answer arrives whole', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(whole));
  });
  expect(await fetchText(url)).toBe(whole);
});

describe('no wait is endless', () => {
  test('no headers', async () => {
    const url = await serve(() => {});
    await expect(fetchText(url, { headersTimeoutMs: 100 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('silence inside the body', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('abc');
    });
    await expect(fetchText(url, { idleTimeoutMs: 100 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('the caller stops waiting inside the body', async () => {
    const stop = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('abc', () => stop.abort());
    });
    await expect(fetchText(url, { signal: stop.signal })).rejects.toMatchObject({ kind: 'aborted' });
  });
});

test('nothing listening is told apart from an answer that was lost', async () => {
  const url = await serve(() => {});
  for (const close of closing.splice(0)) await close();
  await expect(fetchText(url)).rejects.toMatchObject({ kind: 'connect', sent: false });
});

test('a redirect is an answer, not followed', async () => {
  let visited = false;
  const elsewhere = await serve((_, response) => {
    visited = true;
    response.end();
  });
  const url = await serve((_, response) => {
    response.writeHead(302, { location: elsewhere.href });
    response.end('moved');
  });
  expect(await fetchText(url)).toBe('moved');
  expect(visited).toBe(false);
});

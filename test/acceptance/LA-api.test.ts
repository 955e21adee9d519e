import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadApiKey } from '../../src/api/api-key.ts';
import { parseListen } from '../../src/api/listen/parse-listen.ts';
import { routes } from '../../src/api/routes/index.ts';
import { serveApi } from '../../src/api/serve-api.ts';
import { createDownloads } from '../../src/destinations/downloads/downloads.ts';
import { createOutbox } from '../../src/destinations/outbox.ts';
import { type ApiRig, send, startApi } from '../api/api-rig.ts';

let rig: ApiRig;
beforeAll(async () => {
  rig = await startApi();
});
afterAll(() => rig.stop());

/** Bytes as they are, and everything that came back until the connection ended. */
function raw(port: number, bytes: string, keepOpenMs = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
    socket.write(bytes);
    if (keepOpenMs === 0) socket.end();
  });
}

const everyPath = routes.map(({ method, path }) => ({
  method,
  path: path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'project' ? 'local' : 'x')),
}));

describe('the local API', () => {
  test('LA-1 the socket is this user’s alone, in a folder that is too', () => {
    const socket = statSync(rig.api.socketPath);
    expect(socket.isSocket()).toBe(true);
    expect((socket.mode & 0o777).toString(8)).toBe('600');
  });

  test('LA-1 a socket that a crashed runtime left is replaced, one that is in use is not', async () => {
    await expect(
      serveApi({ world: rig.world, socket: rig.api.socketPath, signal: AbortSignal.timeout(1) }),
    ).rejects.toMatchObject({ code: 'api-address-taken' });
    const file = join(rig.folder, 'file');
    writeFileSync(file, 'mine');
    await expect(serveApi({ world: rig.world, socket: file, signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
      code: 'api-socket-unusable',
    });
    await expect(
      serveApi({ world: rig.world, socket: join(rig.folder, 'x'.repeat(120)), signal: AbortSignal.timeout(1) }),
    ).rejects.toMatchObject({ code: 'api-socket-unusable' });
  });

  test('LA-2 only addresses of this computer alone can be listened on', () => {
    for (const text of ['0.0.0.0:4400', '[::]:4400', '192.168.1.4:4400', 'example.com:4400', ':4400'])
      expect(() => parseListen(text), text).toThrow(expect.objectContaining({ code: 'api-listen-refused' }));
    for (const text of [
      '',
      'x',
      '127.0.0.1',
      '127.0.0.1:',
      '127.0.0.1:70000',
      '127.0.0.1:44:00',
      'http://127.0.0.1:4400',
    ])
      expect(() => parseListen(text), text).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(parseListen('127.0.0.1:4400')).toEqual({ host: '127.0.0.1', port: 4400 });
    expect(parseListen('localhost:4400')).toEqual({ host: '127.0.0.1', port: 4400 });
    expect(parseListen('[::1]:4400')).toEqual({ host: '::1', port: 4400 });
    expect(parseListen('4400')).toEqual({ host: '127.0.0.1', port: 4400 });
  });

  test('LA-3 the Host is exactly ours, once', async () => {
    const { port, key } = rig;
    const get = (host: string) => `GET /healthz HTTP/1.1\r\n${host}X-Api-Key: ${key}\r\nConnection: close\r\n\r\n`;
    for (const host of [
      'Host: evil.example\r\n',
      `Host: 127.0.0.1.nip.io:${port}\r\n`,
      `Host: localhost.:${port}\r\n`,
      'Host: 127.0.0.1\r\n',
      'Host: localhost:1\r\n',
      `Host: 127.0.0.1:${port}, evil.example\r\n`,
      `Host: 127.0.0.1:${port}\r\nHost: evil.example\r\n`,
      `Host: 127.0.0.1:${port}\r\nhost: 127.0.0.1:${port}\r\n`,
      'Host:\r\n',
      '',
    ]) {
      expect(await raw(port, get(host)), JSON.stringify(host)).toMatch(/^HTTP\/1\.1 421 /);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect(await raw(port, get(`Host: ${host}\r\n`)), host).toMatch(/^HTTP\/1\.1 200 /);
    const absolute = `GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Api-Key: ${key}\r\nConnection: close\r\n\r\n`;
    expect(await raw(port, absolute)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('LA-4 every route wants the key, and it is the one of a private file', async () => {
    for (const call of everyPath) {
      const none = await rig.ask({ ...call, via: 'tcp', headers: { 'x-api-key': [] } });
      expect(none.status, `${call.method} ${call.path}`).toBe(401);
      expect(none.headers['www-authenticate']).toBe('Bearer realm="amp"');
      expect(none.json.code).toBe('api-key-missing');
      const wrong = await rig.ask({ ...call, via: 'tcp', headers: { 'x-api-key': `${rig.key}x` } });
      expect([wrong.status, wrong.json.code]).toEqual([401, 'api-key-wrong']);
    }
    const unknown = await rig.ask({ path: '/nothing/here', via: 'tcp', headers: { 'x-api-key': 'FAKE-wrong-key' } });
    expect(unknown.status).toBe(401);
    const bearer = await rig.ask({
      path: '/healthz',
      via: 'tcp',
      headers: { 'x-api-key': [], authorization: `Bearer ${rig.key}` },
    });
    expect(bearer.status).toBe(200);
    const { path, key } = await loadApiKey(rig.state.dir);
    expect(key).toBe(rig.key);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });

  test('LA-4 a key file that others can read is refused', async () => {
    const { path } = await loadApiKey(rig.state.dir);
    chmodSync(path, 0o644);
    try {
      await expect(loadApiKey(rig.state.dir)).rejects.toMatchObject({ code: 'file-not-private' });
    } finally {
      chmodSync(path, 0o600);
    }
  });

  test('LA-5 a web page gets nothing, whatever it is, and never a word of CORS', async () => {
    const page = [
      { origin: `http://127.0.0.1:${rig.port}` },
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example', connection: 'Upgrade', upgrade: 'websocket' },
    ] as Record<string, string>[];
    for (const via of ['tcp', 'socket'] as const) {
      for (const headers of page) {
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const reply = await rig.ask({ method, path: '/v1/projects', headers, via });
          expect(reply.status, JSON.stringify({ headers, method, via })).toBe(403);
          expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        }
      }
    }
    const typed = await rig.ask({ path: '/v1/projects', via: 'tcp', headers: { 'sec-fetch-site': 'none' } });
    expect(typed.status).toBe(200);
    const options = await rig.ask({ method: 'OPTIONS', path: '/v1/projects', via: 'tcp' });
    expect([options.status, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect(options.headers).not.toHaveProperty('access-control-allow-methods');
  });

  test('LA-6 what a form can send changes nothing', async () => {
    const path = '/v1/projects/local/integrations/crm/installations/ins_acme:pause';
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/jsonp',
      'application/json; charset=latin1',
    ]) {
      const reply = await rig.ask({ method: 'POST', path, body: '{}', headers: { 'content-type': type }, via: 'tcp' });
      expect([reply.status, reply.json.code], type).toEqual([415, 'api-content-type-refused']);
    }
    const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const refused = await rig.ask({ method: 'POST', path, body: '{}', headers: packed, via: 'tcp' });
    expect([refused.status, refused.json.detail]).toEqual([415, expect.stringContaining('Content-Encoding')]);
    const bare = await send(
      { method: 'POST', path, host: '127.0.0.1', port: rig.port, headers: { 'x-api-key': rig.key } },
      '{}',
    );
    expect(bare.status).toBe(415);
    expect((await rig.ask({ path: path.replace(':pause', '') })).json.status).toBe('active');
    expect((await rig.ask({ path: '/v1/projects/local/integrations/crm/installations/ins_acme:pause' })).status).toBe(
      404,
    );
  });

  test('LA-7 bodies over 1 MiB and headers over 16 KiB are refused', async () => {
    const path = '/v1/projects/local/integrations/crm/installations/ins_acme:pause';
    const big = JSON.stringify({ note: 'x'.repeat(1024 * 1024) });
    expect((await rig.ask({ method: 'POST', path, body: big, via: 'tcp' })).json.code).toBe('api-body-too-large');
    const chunked = await send(
      {
        method: 'POST',
        path,
        socketPath: rig.api.socketPath,
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      },
      big,
    );
    expect(chunked.status).toBe(413);
    // One that goes on sending is told as well.
    const endless = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const told = await new Promise<string>((resolve) => {
      const socket = connect(rig.api.socketPath);
      socket.on('error', () => {});
      socket.once('data', (chunk) => {
        resolve(String(chunk));
        socket.destroy();
      });
      socket.write(endless);
      const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
      const more = () => {
        while (!socket.destroyed && socket.write(chunk));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
    expect(told).toMatch(/^HTTP\/1\.1 413 /);
    const headers = await raw(
      rig.port,
      `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`,
      1,
    );
    expect(headers).toMatch(/^HTTP\/1\.1 431 /);
    expect(headers).toContain('application/problem+json');
    const deep = `{"objects": ${'['.repeat(70)}${']'.repeat(70)}}`;
    expect((await rig.ask({ method: 'POST', path, body: deep })).json.code).toBe('api-body-invalid');
  });

  test('LA-7 headers that come slowly end the connection after five seconds', async () => {
    const startedAt = performance.now();
    const answer = await raw(rig.port, `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\n`, 1);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('api-request-too-slow');
    expect(performance.now() - startedAt).toBeGreaterThan(4_500);
  }, 15_000);

  test('LA-7 the 65th connection waits outside', async () => {
    const sockets = Array.from({ length: 64 }, () => connect(rig.port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    // One round trip on the last of them: all are in.
    const last = sockets.at(-1)!;
    last.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nX-Api-Key: ${rig.key}\r\n\r\n`);
    await new Promise((resolve) => last.once('data', resolve));
    await expect(rig.ask({ path: '/healthz', via: 'tcp' })).rejects.toThrow();
    for (const socket of sockets) socket.destroy();
    // The server hears of it a moment later.
    const status = () =>
      rig.ask({ path: '/healthz', via: 'tcp' }).then(
        (reply) => reply.status,
        () => 0,
      );
    await expect.poll(status, { timeout: 20_000 }).toBe(200);
  });

  test('LA-8 DEST-5 a download needs its signature and no key, and nothing else does', async () => {
    const { db } = rig.state;
    const id = 'A'.repeat(22);
    createOutbox(db).add([
      {
        id: 'msg_1',
        destination: 'inbox',
        orderKey: 'contact',
        body: Buffer.from('{}'),
        records: 1,
        topic: 'read',
        download: { id, content: Buffer.from('[{"id":"003"}]') },
      },
    ]);
    const url = new URL(createDownloads(rig.state, () => Date.now()).offer(id, rig.api.url!));
    const get = (path: string, method = 'GET') =>
      send({ method, path, host: '127.0.0.1', port: rig.port, headers: {} });
    const reply = await get(url.pathname + url.search);
    expect([reply.status, reply.json]).toEqual([200, [{ id: '003' }]]);
    expect(reply.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="${id}.json"`,
    });
    expect((await get(url.pathname + url.search, 'HEAD')).status).toBe(200);
    expect((await get(url.pathname + url.search, 'POST')).status).toBe(405);
    expect((await get(`${url.pathname}${url.search}x`)).status).toBe(403);
    expect((await get(`/downloads/${'B'.repeat(22)}${url.search}`)).status).toBe(404);
    const page = await send({
      method: 'GET',
      path: url.pathname + url.search,
      host: '127.0.0.1',
      port: rig.port,
      headers: { origin: 'https://evil.example' },
    });
    expect(page.status).toBe(403);
    expect(rig.lines.join('\n')).not.toContain(url.searchParams.get('signature'));
  });

  test('LA-3 LA-8 a tunnel named by AMP_DOWNLOAD_URL reaches downloads, and nothing else', async () => {
    const tunneled = await startApi({ env: { AMP_DOWNLOAD_URL: 'https://tunnel.example/' } });
    try {
      const get = (path: string) =>
        send({
          method: 'GET',
          path,
          host: '127.0.0.1',
          port: tunneled.port,
          headers: { host: 'tunnel.example', 'x-api-key': tunneled.key },
        });
      expect((await get(`/downloads/${'B'.repeat(22)}?expires=1`)).status).toBe(404);
      expect((await get('/healthz')).status).toBe(421);
      const other = {
        method: 'GET',
        path: '/downloads/x',
        host: '127.0.0.1',
        port: tunneled.port,
        headers: { host: 'evil.example' },
      };
      expect((await send(other)).status).toBe(421);
    } finally {
      await tunneled.stop();
    }
  });

  test('LA-3 the same on the other loopback', async () => {
    const stop = new AbortController();
    const api = await serveApi({
      world: rig.world,
      listen: '[::1]:0',
      socket: join(rig.folder, 'six.sock'),
      signal: stop.signal,
    });
    const { port } = new URL(api.url!);
    expect(api.url).toBe(`http://[::1]:${port}`);
    const ask = (host: string) =>
      send({
        method: 'GET',
        path: '/healthz',
        host: '::1',
        port: Number(port),
        headers: { host, 'x-api-key': rig.key },
      });
    expect((await ask(`[::1]:${port}`)).status).toBe(200);
    expect((await ask(`[::2]:${port}`)).status).toBe(421);
    stop.abort();
    await api.stopped;
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttp } from '../../src/platform/http.ts';
import { goesThroughProxy, proxyOf } from '../../src/platform/proxy.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A proxy that notes whom it is asked for, and lets nobody through. */
async function startProxy() {
  const asked: { host: string; authorization: string | undefined }[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push({ host: request.url!, authorization: request.headers['proxy-authorization'] });
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { asked, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const get = (url: string, more: { large?: boolean } = {}) => ({
  method: 'GET',
  url: new URL(url),
  headers: {},
  headersTimeoutMs: 5_000,
  idleTimeoutMs: 5_000,
  ...more,
});

test('calls to an org ask the proxy for a tunnel, large downloads too', async () => {
  const { asked, address } = await startProxy();
  const http = createHttp(proxyOf({ HTTPS_PROXY: `http://ada:s%3Acret@${address}` }));
  await expect(http.send(get('https://acme.my.salesforce.com/services/data'))).rejects.toThrow(/acme/);
  await expect(http.send(get('https://acme.my.salesforce.com/results', { large: true }))).rejects.toThrow(/acme/);
  const authorization = `Basic ${Buffer.from('ada:s:cret').toString('base64')}`;
  expect(asked.slice(0, 2)).toEqual(Array(2).fill({ host: 'acme.my.salesforce.com:443', authorization }));
  await http.close();
});

test('this machine is never asked of a proxy', async () => {
  const { asked, address } = await startProxy();
  const direct = createServer((_, response) => response.end('here'));
  await new Promise<void>((resolve) => direct.listen(0, '127.0.0.1', resolve));
  servers.push(direct);
  const http = createHttp(proxyOf({ https_proxy: address, HTTPS_PROXY: 'http://unused.example' }));
  const { port } = direct.address() as AddressInfo;
  for (const large of [false, true]) {
    const { status, body } = await http.send(get(`http://127.0.0.1:${port}/`, { large }));
    body.resume();
    expect(status).toBe(200);
  }
  expect(asked).toEqual([]);
  await http.close();
});

test.each([
  ['https://acme.my.salesforce.com', '', true],
  ['http://acme.my.salesforce.com', '', false],
  ['https://localhost:8443', '', false],
  ['https://127.0.0.1', '', false],
  ['https://[::1]:8443', '', false],
  ['https://acme.my.salesforce.com', 'salesforce.com', false],
  ['https://acme.my.salesforce.com', '.Salesforce.com, other.example', false],
  ['https://acme.my.salesforce.com', '*.salesforce.com', false],
  ['https://notsalesforce.com', 'salesforce.com', true],
  ['https://api.example.com:8443', 'api.example.com:8443', false],
  ['https://api.example.com', 'api.example.com:8443', true],
  ['https://api.example.com', '*', false],
])('%s with NO_PROXY=%s goes through the proxy: %s', (url, NO_PROXY, expected) => {
  const proxy = proxyOf({ HTTPS_PROXY: 'proxy.example:3128', NO_PROXY })!;
  expect(goesThroughProxy(new URL(url), proxy)).toBe(expected);
});

test('no proxy is named by an empty value, and a wrong one is said', () => {
  expect(proxyOf({})).toBeUndefined();
  expect(proxyOf({ HTTPS_PROXY: ' ' })).toBeUndefined();
  expect(() => proxyOf({ HTTPS_PROXY: 'socks5://proxy.example' })).toThrow(/HTTPS_PROXY/);
  expect(() => proxyOf({ HTTPS_PROXY: 'http://' })).toThrow(/HTTPS_PROXY/);
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sendRefresh } from '../../src/providers/salesforce/auth/refresh-process.ts';

test('a renewal goes through the proxy, and one that the proxy refuses was never sent', async () => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const dir = mkdtempSync(join(tmpdir(), 'amp-refresh-'));
  const journal = join(dir, 'journal');
  writeFileSync(journal, `${JSON.stringify({ attempt: 'a1' })}\n`);
  const report = await sendRefresh(
    {
      tokenUrl: 'https://login.salesforce.com/services/oauth2/token',
      proxyUrl: `http://ada:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}/`,
      body: 'grant_type=refresh_token',
      journal,
      attempt: 'a1',
      lock: join(dir, 'lock'),
      key: Buffer.alloc(32).toString('base64'),
      owner: 'acme',
      timeoutMs: 5_000,
    },
    { PATH: process.env.PATH },
  );
  proxy.close();
  expect(report).toEqual({ kind: 'no-answer', reason: 'the proxy answered 407', sent: false });
  expect(asked).toEqual([`login.salesforce.com:443 Basic ${Buffer.from('ada:secret').toString('base64')}`]);
});

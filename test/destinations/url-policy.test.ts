import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type AddressClass, classifyAddress } from '../../src/destinations/http/addresses.ts';
import { checkWebhookUrl, type Resolver } from '../../src/destinations/http/url-policy.ts';
import { checkHeader } from '../../src/destinations/webhook/headers.ts';
import { newSigningSecret, parseSigningSecret } from '../../src/destinations/webhook/sign.ts';
import { openWebhookTarget } from '../../src/destinations/webhook/webhook-target.ts';

const addresses: [string, AddressClass][] = [
  ['8.8.8.8', 'public'],
  ['1.1.1.1', 'public'],
  ['172.15.255.255', 'public'],
  ['172.32.0.1', 'public'],
  ['100.63.255.255', 'public'],
  ['100.128.0.0', 'public'],
  ['2606:4700::1111', 'public'],
  ['2a00:1450:4001:81b::200e', 'public'],
  ['10.0.0.1', 'private'],
  ['10.255.255.255', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['100.127.255.255', 'private'],
  ['fd12:3456::1', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::ffff:10.1.2.3', 'private'],
  ['::ffff:8.8.8.8', 'public'],
  ['64:ff9b::8.8.8.8', 'public'],
  ['64:ff9b::127.0.0.1', 'loopback'],
  ['64:ff9b::a9fe:a9fe', 'refused'],
  ['64:ff9b:1::8.8.8.8', 'refused'],
  ['2002:7f00:1::', 'loopback'],
  ['2002:0808:0808::', 'public'],
  ['169.254.169.254', 'refused'],
  ['169.254.0.1', 'refused'],
  ['::ffff:169.254.169.254', 'refused'],
  ['fe80::1', 'refused'],
  ['fe80::1%eth0', 'refused'],
  ['fd00:ec2::254', 'refused'],
  ['100.100.100.200', 'refused'],
  ['168.63.129.16', 'refused'],
  ['192.0.0.192', 'refused'],
  ['0.0.0.0', 'refused'],
  ['0.1.2.3', 'refused'],
  ['::', 'refused'],
  ['::127.0.0.1', 'refused'],
  ['224.0.0.1', 'refused'],
  ['239.255.255.255', 'refused'],
  ['255.255.255.255', 'refused'],
  ['240.0.0.1', 'refused'],
  ['ff02::1', 'refused'],
  ['192.0.2.1', 'refused'],
  ['198.51.100.1', 'refused'],
  ['203.0.113.1', 'refused'],
  ['198.18.0.1', 'refused'],
  ['2001:db8::1', 'refused'],
  ['3fff::1', 'refused'],
  ['2001::1', 'refused'],
  ['100::1', 'refused'],
  ['fec0::1', 'refused'],
  ['localhost', 'refused'],
  ['127.1', 'refused'],
  ['', 'refused'],
];

describe('where webhooks may go', () => {
  test.each(addresses)('SS-1 %s is %s', (address, verdict) => {
    expect(classifyAddress(address)).toBe(verdict);
  });

  const loopbackSpellings = [
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://127.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://LOCALHOST/',
    'http://app.localhost/',
  ];
  test.each(loopbackSpellings)('SS-2 %s is loopback: refused, and permitted with the flag', (url) => {
    expect(() => checkWebhookUrl(url, { allowPrivateNetwork: false })).toThrow(/not public/);
    expect(checkWebhookUrl(url, { allowPrivateNetwork: true }).protocol).toBe('http:');
  });

  const alwaysRefused = [
    'https://169.254.169.254/latest/meta-data',
    'https://[fe80::1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://0xa9fea9fe/',
    'https://2852039166/',
    'https://localhost./',
    'https://example.com./',
    'https://user:pass@example.com/',
    'https://user@example.com/',
    'http://example.com/',
    'http://10.0.0.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'https://',
    'https:///',
    'example.com',
    'javascript:alert(1)',
    '',
  ];
  test.each(alwaysRefused)('SS-2 %s is refused, flag or not', (url) => {
    for (const allowPrivateNetwork of [false, true]) {
      expect(() => checkWebhookUrl(url, { allowPrivateNetwork })).toThrow(/webhook address/);
    }
  });

  test('https to a private address needs the flag', () => {
    expect(() => checkWebhookUrl('https://10.0.0.1/', { allowPrivateNetwork: false })).toThrow(/not public/);
    expect(checkWebhookUrl('https://10.0.0.1/', { allowPrivateNetwork: true }).hostname).toBe('10.0.0.1');
  });

  test('SS-3 a name that resolves to a public and then to a loopback address never reaches it', async () => {
    let hits = 0;
    const canary = createServer((_, response) => {
      hits++;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const port = (canary.address() as AddressInfo).port;
    const asked: string[] = [];
    // First answer: all public (a test network nobody answers from). Every later one: our canary, alone or among public ones.
    const rebinding: Resolver = async (host) => {
      asked.push(host);
      return asked.length % 2 === 1
        ? [{ address: '127.0.0.1', family: 4 }]
        : [
            { address: '8.8.8.8', family: 4 },
            { address: '127.0.0.1', family: 4 },
          ];
    };
    const key = parseSigningSecret(newSigningSecret());
    const target = openWebhookTarget({
      url: `https://rebind.example:${port}/`,
      allowPrivateNetwork: false,
      headers: {},
      signingKeys: () => [key],
      now: Date.now,
      userAgent: 'amp/test',
      resolve: rebinding,
      deadlineMs: 500,
    });
    for (let attempt = 0; attempt < 4; attempt++) {
      const outcome = await target.send({
        id: 'msg_1',
        topic: 'test',
        createdAt: 0,
        body: Buffer.from('{}'),
        replayed: false,
      });
      expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('not permitted') });
    }
    expect(asked.length).toBeGreaterThanOrEqual(4);
    expect(hits).toBe(0);
    await target.close();
    await new Promise((resolve) => canary.close(resolve));
  });

  test('WH-4 headers with line ends, control characters or names of ours are refused', () => {
    for (const [name, value] of [
      ['x-a', 'b\r\nx-evil: 1'],
      ['x-a', 'b\nc'],
      ['x-a', 'b\u0000'],
      ['x-a\r\nx-b', 'c'],
      ['x a', 'b'],
      ['', 'b'],
      ['Host', 'evil.example'],
      ['content-length', '1'],
      ['Svix-Id', 'msg_1'],
      ['webhook-signature', 'v1,'],
    ] as const) {
      expect(() => checkHeader(name, value)).toThrow(/Header/);
    }
    expect(() => checkHeader('Authorization', 'Bearer abc')).not.toThrow();
  });
});

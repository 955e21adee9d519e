import { describe, expect, test } from 'vitest';
import { hostedUrl } from '../../src/environments/hosted/hosts.ts';
import { path } from '../../src/environments/hosted/path.ts';
import { retryAfterMs } from '../../src/environments/hosted/problem.ts';
import { contentMd5, zipOneFile } from '../../src/environments/hosted/zip.ts';

describe('where a call goes', () => {
  const url = (host: Parameters<typeof hostedUrl>[0], apiUrl?: string, env = {}) => hostedUrl(host, { apiUrl, env });

  test('every plane has its host', () => {
    expect((['api', 'read', 'write', 'search', 'proxy'] as const).map((host) => url(host))).toEqual([
      'https://api.withampersand.com/v1',
      'https://read.withampersand.com/v1',
      'https://write.withampersand.com/v1',
      'https://search.withampersand.com/v1',
      'https://proxy.withampersand.com',
    ]);
  });

  test('the planes follow AMP_API_URL, so that a key never leaves where it was meant for', () => {
    expect(url('read', 'https://api.staging.test/')).toBe('https://read.staging.test/v1');
    expect(url('write', 'http://127.0.0.1:4000/v1')).toBe('http://127.0.0.1:4000/v1');
    expect(url('proxy', 'https://gateway.test/amp')).toBe('https://gateway.test/amp');
    expect(url('read', 'https://api.staging.test', { AMP_READ_URL: 'https://r.test' })).toBe('https://r.test/v1');
  });

  test.each(['http://api.test', 'ftp://api.test', 'https://user:secret@api.test', 'https://api.test/?a=b', 'api.test'])(
    '%s is refused',
    (apiUrl) => {
      expect(() => url('api', apiUrl)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});

test('names are one segment each, and the two that URLs drop are refused', () => {
  expect(path`/projects/${'a/b ?%'}/x`).toBe('/projects/a%2Fb%20%3F%25/x');
  for (const name of ['', '.', '..']) expect(() => path`/projects/${name}`).toThrow(/cannot be the name/);
});

test('Retry-After is seconds or a date; without it the problem may say', () => {
  const now = Date.parse('2026-02-03T09:00:00Z');
  expect(retryAfterMs('2', '', now)).toBe(2000);
  expect(retryAfterMs('Tue, 03 Feb 2026 09:00:05 GMT', '', now)).toBe(5000);
  expect(retryAfterMs(undefined, '{"retryAfter": 7}', now)).toBe(7000);
  expect(retryAfterMs(undefined, 'busy', now)).toBeUndefined();
});

test('DEPLOY-17 the zip of one content is one sequence of bytes, with one entry of mode 0644', () => {
  const zip = zipOneFile('amp.yaml', Buffer.from('specVersion: 1.0.0\n'));
  expect(contentMd5(zip)).toBe(contentMd5(zipOneFile('amp.yaml', Buffer.from('specVersion: 1.0.0\n'))));
  const central = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  expect(zip.readUInt32LE(central + 38) >>> 16).toBe(0o100644);
  expect(zip.readUInt16LE(zip.length - 22 + 10)).toBe(1);
  expect(zip.readUInt32LE(zip.length - 22 + 16)).toBe(central);
});

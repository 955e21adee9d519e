import { request } from 'node:http';
import { expect, test } from 'vitest';
import { namedFaults } from '../../../src/providers/salesforce/emulator/faults/catalogue.ts';
import { type Client, soql, startClient } from './client.ts';

const account = soql('SELECT Id FROM Account');
const seeded = { org: { path: ':memory:', seed: 'empty' as const, records: { Account: 300 }, frozenClock: true } };

async function finishedJob(client: Client): Promise<string> {
  const { json } = await client.call('POST', 'jobs/query', {
    operation: 'query',
    query: 'SELECT Id, Name FROM Account',
  });
  await client.call('GET', `jobs/query/${json.id}`);
  return `jobs/query/${json.id}/results`;
}

/** Bytes that arrived, and how the connection ended. */
function receive(
  client: Client,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ bytes: number; end: string; status: number }> {
  return new Promise((resolve) => {
    const url = `${client.emulator.url}/services/data/v66.0/${path}`;
    let bytes = 0;
    let status = 0;
    const sent = request(url, { headers: { authorization: `Bearer ${client.token}`, ...headers } }, (response) => {
      status = response.statusCode!;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve({ bytes, end: 'complete', status }));
      response.on('error', (error: NodeJS.ErrnoException) => resolve({ bytes, end: error.code!, status }));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ bytes, end: error.code!, status })).end();
  });
}

test('a fault meets one call, or so many, or from the n-th on, or only some paths', async () => {
  const client = await startClient();
  const { faults } = client.emulator;
  const statuses = async (n: number, path = 'limits') => {
    const seen = [];
    for (let i = 0; i < n; i++) seen.push((await client.call('GET', path)).status);
    return seen;
  };
  faults.add({ name: 'session-expired' });
  expect(await statuses(2)).toEqual([401, 200]);
  faults.add({ name: 'error-503-html', count: 2, skip: 1 });
  expect(await statuses(4)).toEqual([200, 503, 503, 200]);
  faults.add({ name: 'error-500-html', match: { path: '/sobjects' } });
  expect([await statuses(1), await statuses(2, 'sobjects')]).toEqual([[200], [500, 200]]);
});

test('a share of the calls is met, decided by the given randomness', async () => {
  let draw = 0;
  const client = await startClient({ random: () => [0.1, 0.9][draw++ % 2]! });
  client.emulator.faults.add({ name: 'server-unavailable', rate: 0.5 });
  const seen = [];
  for (let i = 0; i < 4; i++) seen.push((await client.call('GET', 'limits')).status);
  expect(seen).toEqual([503, 200, 503, 200]);
});

test('AUTH-12 AUTH-22 every named answer has its status and body', async () => {
  const client = await startClient();
  for (const [name, { effect, match }] of Object.entries(namedFaults)) {
    if (effect.kind !== 'answer' || match?.path !== '/services/data/') continue;
    const fault = client.emulator.faults.add({ name, count: 1 });
    const { status, text } = await client.call('GET', 'limits');
    expect([status, text], name).toEqual([effect.status, effect.body ?? '']);
    expect(fault.hits).toBe(1);
  }
  client.emulator.faults.add({ name: 'too-many-requests-retry-after' });
  expect((await client.call('GET', 'limits')).headers.get('retry-after')).toBe('2');
});

test('a body is cut at the byte asked, by FIN or by RST, plain and gzipped', async () => {
  const client = await startClient(seeded);
  const path = await finishedJob(client);
  const whole = await receive(client, path);
  for (const at of [0, 1, 500, whole.bytes - 1]) {
    for (const by of ['fin', 'rst'] as const) {
      client.emulator.faults.add({ effect: { kind: 'cut', at, by }, match: { path: '/results' } });
      const cut = await receive(client, path);
      expect([cut.bytes, cut.end], `${by} at ${at}`).toEqual([at, 'ECONNRESET']);
    }
  }
  client.emulator.faults.add({ name: 'cut-fin', effect: { at: 300 } });
  expect(await receive(client, path, { 'accept-encoding': 'gzip' })).toMatchObject({ bytes: 300, end: 'ECONNRESET' });
  expect(await receive(client, path)).toEqual(whole);
});

test('a lost answer hides that the work was done', async () => {
  const client = await startClient();
  client.emulator.faults.add({ name: 'lost-answer', match: { method: 'POST', path: '/sobjects/Account' } });
  await expect(client.call('POST', 'sobjects/Account', { Name: 'A' })).rejects.toThrow();
  expect((await client.call('GET', account)).json.totalSize).toBe(1);
});

test('a stalled body and a hanging call end when the client gives up', async () => {
  const client = await startClient(seeded);
  const path = await finishedJob(client);
  for (const name of ['stall', 'hang']) {
    client.emulator.faults.add({ name, match: { path: '/results' } });
    const given = new AbortController();
    const url = `${client.emulator.url}/services/data/v66.0/${path}`;
    const call = fetch(url, { headers: { authorization: `Bearer ${client.token}` }, signal: given.signal }).then((r) =>
      r.text(),
    );
    setImmediate(() => given.abort());
    await expect(call, name).rejects.toThrow(/abort/i);
  }
  expect((await receive(client, path)).end).toBe('complete');
});

test('counts and locators can be wrong or missing', async () => {
  const client = await startClient(seeded);
  const path = await finishedJob(client);
  const header = async (name: string, header: string) => {
    client.emulator.faults.add({ name });
    return (await client.call('GET', path)).headers.get(header);
  };
  expect(await header('wrong-count', 'sforce-numberofrecords')).toBe('7');
  expect(await header('no-count', 'sforce-numberofrecords')).toBeNull();
  expect(await header('no-locator', 'sforce-locator')).toBeNull();
  expect(await header('repeated-locator', 'sforce-locator')).toBe('MTA');
  expect((await client.call('GET', path)).headers.get('sforce-numberofrecords')).toBe('300');
});

test('short and empty query pages say that there is more, and the rest comes', async () => {
  const client = await startClient(seeded);
  const read = async () => {
    const sizes = [];
    let page = (await client.call('GET', account)).json;
    for (;;) {
      sizes.push(page.records.length);
      if (page.done) return sizes;
      page = (await client.call('GET', page.nextRecordsUrl)).json;
    }
  };
  client.emulator.faults.add({ name: 'short-page' });
  expect(await read()).toEqual([10, 290]);
  client.emulator.faults.add({ name: 'empty-page' });
  expect(await read()).toEqual([0, 300]);
  client.emulator.faults.add({
    name: 'next-page-elsewhere',
    effect: { search: '"done":true', replacement: '"done":false' },
  });
  expect((await client.call('GET', account)).json.done).toBe(false);
});

test('locators and jobs expire on demand', async () => {
  const client = await startClient({ ...seeded, settings: { pageRows: 200 } });
  const { nextRecordsUrl } = (await client.call('GET', account)).json;
  client.emulator.faults.add({ name: 'locators-expire' });
  expect((await client.call('GET', nextRecordsUrl)).json[0].errorCode).toBe('INVALID_QUERY_LOCATOR');
  const path = await finishedJob(client);
  client.emulator.faults.add({ name: 'jobs-expire' });
  expect((await client.call('GET', path)).status).toBe(404);
});

test('a locked row is UNABLE_TO_LOCK_ROW, in single writes, collections and bulk', async () => {
  const client = await startClient();
  client.emulator.faults.add({ name: 'row-locked', count: 2 });
  const single = await client.call('POST', 'sobjects/Account', { Name: 'A' });
  expect([single.status, single.json[0].errorCode]).toEqual([400, 'UNABLE_TO_LOCK_ROW']);
  const records = [{ attributes: { type: 'Account' }, Name: 'A' }];
  const rows = await client.call('POST', 'composite/sobjects', { records });
  expect(rows.json[0].errors[0].statusCode).toBe('UNABLE_TO_LOCK_ROW');
  expect((await client.call('POST', 'composite/sobjects', { records })).json[0].success).toBe(true);
});

test('AUTH-4 AUTH-27 the org moves: new tokens name another address, the old one answers 420', async () => {
  const client = await startClient();
  const { url, clientId, clientSecret } = client.emulator;
  client.emulator.faults.add({ name: 'instance-moves' });
  const { json } = await client.form('/services/oauth2/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  expect(json.instance_url).not.toBe(url);
  expect((await client.call('GET', 'limits')).status).toBe(420);
  const moved = await fetch(`${json.instance_url}/services/data/v66.0/limits`, {
    headers: { authorization: `Bearer ${json.access_token}` },
  });
  expect(moved.status).toBe(200);
});

test('rotated and raced refreshes', async () => {
  const client = await startClient({ rotation: 'strict' });
  const { world, clientId, clientSecret, userId } = client.emulator;
  const { refreshToken: token } = world.grants.create({ clientId, userId, scope: 'api refresh_token' });
  const refresh = async () =>
    (
      await client.form('/services/oauth2/token', {
        grant_type: 'refresh_token',
        refresh_token: token,
        client_id: clientId,
        client_secret: clientSecret,
      })
    ).json;
  client.emulator.faults.add({ name: 'refresh-raced' });
  expect((await refresh()).error_description).toBe('token request is already being processed');
  client.emulator.faults.add({ name: 'refresh-rotated' });
  expect((await refresh()).error_description).toBe('expired access/refresh token');
  expect(world.grants.selfInflicted).toBe(1);
});

test('faults are added, listed and cleared over the admin surface, unknown ones refused', async () => {
  const client = await startClient();
  const added = await client.call('POST', '/__emulator/faults', { name: 'daily-limit', count: 3 });
  expect(added.json[0]).toMatchObject({ name: 'daily-limit', count: 3, hits: 0 });
  const { json } = await client.call('GET', '/__emulator/faults');
  expect([json.active.length, json.available.length]).toEqual([1, Object.keys(namedFaults).length]);
  expect((await client.call('POST', '/__emulator/faults', { name: 'nope' })).json[0].errorCode).toBe('INVALID_FAULT');
  expect((await client.call('DELETE', '/__emulator/faults/1')).status).toBe(204);
  expect((await client.call('GET', 'limits')).status).toBe(200);
});

test('the ledger tells every committed change in order', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'sobjects/Account', { Name: 'A' });
  await client.call('PATCH', `sobjects/Account/${json.id}`, { Name: 'B' });
  await client.call('DELETE', `sobjects/Account/${json.id}`);
  const { text } = await client.call('GET', '/__emulator/ledger');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ kind, before, after }) => [kind, before?.Name, after?.Name])).toEqual([
    ['CREATE', undefined, 'A'],
    ['UPDATE', 'A', 'B'],
    ['DELETE', 'B', undefined],
  ]);
  expect(client.emulator.ledger(1)).toHaveLength(2);
});

test('TLS is served beside plain HTTP, with an authority of the emulator’s own, and named to those who came by it', async () => {
  const client = await startClient({ tls: true });
  const { request } = await import('node:https');
  const { certificateAuthority: ca, tlsUrl, clientId, clientSecret } = client.emulator;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const url = `${tlsUrl!.replace('127.0.0.1', 'localhost')}/services/oauth2/token`;
  const token = await new Promise<string>((resolve, reject) => {
    request(url, { method: 'POST', ca: ca! }, (response) => response.on('data', (chunk) => resolve(String(chunk))))
      .on('error', reject)
      .end(body.toString());
  });
  expect(JSON.parse(token).instance_url).toBe(tlsUrl);
  await expect(fetch(`${tlsUrl}/services/data`)).rejects.toThrow();
  expect((await client.call('GET', '/__emulator/ca')).text).toBe(ca);
});

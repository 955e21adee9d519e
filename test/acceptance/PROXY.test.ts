import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import type { Integration } from '../../src/manifest/manifest.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { checkProxyHeaders, checkProxyPath } from '../../src/runtime/proxy/check-request.ts';
import { type ProxyRequest, proxyCall } from '../../src/runtime/proxy/proxy.ts';
import { Throttle } from '../../src/runtime/proxy/throttle.ts';
import { sourceOfInstallation } from '../../src/runtime/read/read-source.ts';
import { searchRecords } from '../../src/runtime/search/search.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { connected } from '../auth/connected.ts';
import { startStrictOrg } from '../auth/strict-org.ts';
import { change, quickClock, readObject, startReadWorld, type TestWorld } from '../read/read-world.ts';

let world: TestWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function startProxy() {
  world = await startReadWorld({ frozenClock: false });
  const { client, state, log, record, emulator } = world;
  let now = Date.parse('2026-03-01T10:00:00Z');
  const clock = { ...quickClock, now: () => now };
  const throttle = new Throttle(state.db);
  const call = (request: Partial<ProxyRequest> & { path: string }) =>
    proxyCall(
      { client, org: record, log, throttle, clock, signal: AbortSignal.timeout(10_000) },
      { startedBy: 'test' },
      { method: 'GET', headers: {}, body: undefined, throttle: false, ...request },
    );
  return { call, emulator, requests: world.requests, wait: (ms: number) => (now += ms) };
}

describe('proxy', () => {
  test('PROXY-5 verb, path, body and content type pass, the answer returns unchanged, own headers are dropped', async () => {
    const { call } = await startProxy();
    const created = await call({
      method: 'POST',
      path: 'sobjects/Account',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer mine', Connection: 'close' },
      body: Buffer.from('{"Name":"Passed on"}'),
    });
    expect(created.status).toBe(201);
    expect(created.dropped).toEqual(['Authorization', 'Connection']);
    const { id } = JSON.parse(created.body.toString()) as { id: string };
    const read = await call({ path: `/services/data/v66.0/sobjects/Account/${id}?fields=Name` });
    expect(JSON.parse(read.body.toString())).toMatchObject({ Name: 'Passed on' });
    const refused = await call({
      method: 'POST',
      path: 'sobjects/Account',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{}'),
    });
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.body.toString())[0]).toMatchObject({ errorCode: 'REQUIRED_FIELD_MISSING' });
  });

  test('PROXY-6 a 401 is one refresh and one replay of the same bytes; a second 401 ends it', async () => {
    const org = await startStrictOrg();
    const { client, record, http, clock } = await connected(org);
    const state = openMemoryState();
    const log = createOperationLog(state.db, { clock, redact: (text) => text });
    const call = () =>
      proxyCall(
        { client, org: record, log, throttle: new Throttle(state.db), clock, signal: AbortSignal.timeout(10_000) },
        { startedBy: 'test' },
        { method: 'POST', path: 'echo', headers: {}, body: Buffer.from('{"once":true}'), throttle: false },
      );
    try {
      expect((await call()).status).toBe(200);
      org.expireAccessTokens();
      const before = org.seen.length;
      const answer = await call();
      expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([200, { echo: '{"once":true}' }]);
      const seen = org.seen
        .slice(before)
        .map(({ method, path, body }) => [method, path, path.endsWith('echo') && body]);
      const sent = ['POST', '/services/data/v66.0/echo', '{"once":true}'];
      expect(seen).toEqual([sent, ['POST', '/services/oauth2/token', false], sent]);
      expect(org.counts.refresh).toBe(1);
      expect((await call()).status).toBe(200);
      expect(org.counts.refresh).toBe(1);

      // An org that refuses even the token it has just issued is asked twice, never three times.
      org.intercept = (request, response) => {
        if (!request.url?.endsWith('/echo')) return false;
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]');
        return true;
      };
      const then = org.seen.length;
      await expect(call()).rejects.toMatchObject({ code: 'org-sign-in-expired' });
      expect(org.seen.slice(then).filter(({ path }) => path.endsWith('/echo'))).toHaveLength(2);
      expect(org.counts.refresh).toBe(2);
    } finally {
      state.close();
      await http.close();
      await org.close();
    }
  });

  test('PROXY-6 nothing else is retried', async () => {
    const { call, emulator, requests } = await startProxy();
    for (const name of ['error-500-html', 'server-unavailable', 'too-many-requests', 'daily-limit', 'row-locked']) {
      emulator.faults.add({ name, count: 1 } as never);
      const before = requests.length;
      const body = Buffer.from('{"Name":"Once"}');
      const headers = { 'content-type': 'application/json' };
      expect((await call({ method: 'POST', path: 'sobjects/Account', headers, body })).status, name).not.toBe(201);
      expect(requests.length - before, name).toBe(1);
    }
    // A sign-in that cannot be renewed is a matter of sign-in, and never an answer.
    emulator.faults.add({ name: 'session-expired', count: 1 });
    await expect(call({ path: 'limits' })).rejects.toMatchObject({ code: expect.stringMatching(/^org-|^credential-/) });
  });

  test('PROXY-10 a limit outside throttle mode passes through unchanged', async () => {
    const { call, emulator } = await startProxy();
    emulator.faults.add({ name: 'too-many-requests', count: 1 } as never);
    const answer = await call({ path: 'limits' });
    expect(answer.status).toBe(429);
    expect(answer.headers).not.toHaveProperty('x-amp-retry-after');
    expect((await call({ path: 'limits' })).status).toBe(200);
  });

  test('PROXY-8 in throttle mode a 429 says when to come back, and calls before that are not forwarded', async () => {
    const { call, emulator, requests, wait } = await startProxy();
    emulator.faults.add({ name: 'too-many-requests', count: 1 } as never);
    const answer = await call({ path: 'limits', throttle: true });
    expect(answer).toMatchObject({ status: 429, forwarded: true });
    expect(answer.headers['x-amp-retryable']).toBe('true');
    expect(answer.headers['x-amp-retry-after']).toMatch(/^Sun, 01 Mar 2026 10:\d\d:\d\d UTC$/);
    const before = requests.length;
    expect(await call({ path: 'limits', throttle: true })).toMatchObject({ status: 429, forwarded: false });
    expect(requests.length).toBe(before);
    wait(10 * 60_000);
    expect(await call({ path: 'limits', throttle: true })).toMatchObject({ status: 200, forwarded: true });
  });

  test('PROXY-9 no path leads out of the org', () => {
    const refused = [
      'https://evil.example/x',
      '//evil.example/x',
      '\\\\evil.example',
      '/services/../../x',
      'a/%2e%2e/b',
      'a/%252e%252e/b',
      '/%2fevil.example',
      'x\ny',
      'javascript:1',
      'a\\..\\b',
    ];
    for (const path of refused)
      expect(() => checkProxyPath(path), path).toThrow(expect.objectContaining({ code: 'proxy-path-refused' }));
    for (const path of [
      'limits',
      '/services/apexrest/a.b/c..d',
      "query?q=SELECT Id FROM Account WHERE Name = '../x'",
      '/services/data/v66.0/sobjects/Account/Ext__c/a%2Fb',
    ]) {
      expect(checkProxyPath(path)).toBe(path);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const path = checkProxyPath(text);
          const url = new URL(
            path.startsWith('/') ? path : `/services/data/v66.0/${path}`,
            'https://acme.my.salesforce.com',
          );
          return (
            url.origin === 'https://acme.my.salesforce.com' &&
            (path.startsWith('/') || url.pathname.startsWith('/services/data/v66.0/'))
          );
        } catch (error) {
          return (error as { code?: string }).code === 'proxy-path-refused';
        }
      }),
      { numRuns: 20_000 },
    );
    expect(() => checkProxyHeaders({ 'x-a': 'b\r\nhost: evil' })).toThrow(
      expect.objectContaining({ code: 'proxy-header-refused' }),
    );
  });
});

const integration = (object: Partial<ReturnType<typeof readObject>> = {}): Integration => ({
  name: 'crm',
  provider: 'salesforce',
  read: { objects: [readObject('Account', ['Name', ['Industry', 'sector']], object)] },
});

const installation = (objects: NonNullable<InstallationRecord['config']['read']>['objects']): InstallationRecord => ({
  id: 'ins_1',
  integration: 'crm',
  groupRef: 'acme',
  groupName: 'Acme',
  orgId: 'o',
  config: { provider: 'salesforce', read: { objects } },
  status: 'active',
  pausedObjects: [],
  revision: 1,
  keptObjects: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
});

async function startSearch() {
  world = await startReadWorld({ frozenClock: false });
  const { client, log, record } = world;
  const describer = createDescriber({ client, org: record, clock: quickClock, cacheDir: undefined });
  const search = (source: ReturnType<typeof sourceOfInstallation>, ...conditions: string[]) =>
    searchRecords(
      { client, log, signal: AbortSignal.timeout(10_000), describe: (name) => describer.object(name) },
      { source, conditions, org: record, startedBy: 'test' },
    );
  return { search, world };
}

describe('search', () => {
  const source = () =>
    sourceOfInstallation(installation({ account: { objectName: 'account' } }), integration(), 'account');

  test('PROXY-1 conditions on mapped and org names, quotes escaped, booleans bare', async () => {
    const { search, world } = await startSearch();
    change(world.org, (transaction) => {
      transaction.insert('Account', { Name: "O'Brien \\ Sons", Industry: 'Energy' });
      transaction.insert('Account', { Name: 'Other', Industry: 'Energy' });
    });
    const found = await search(source(), "name=O'Brien \\ Sons", 'sector=Energy', 'IsDeleted=false');
    expect(found.result).toHaveLength(1);
    expect(found.result[0]).toMatchObject({ fields: { name: "O'Brien \\ Sons" }, mappedFields: { sector: 'Energy' } });
    const soql = world.soql().at(-1)!;
    expect(soql).toContain("Name = 'O\\'Brien \\\\ Sons'");
    expect(soql).toContain('IsDeleted = false');
  });

  test('PROXY-1 a mapped part of an address, a mapped field of a parent and a mapped value lead to what the org holds', async () => {
    const { search, world } = await startSearch();
    change(world.org, (transaction) => {
      transaction.insert('Account', { Name: 'Here', Industry: 'Energy', BillingCity: 'Bonn' });
      transaction.insert('Account', { Name: 'There', Industry: 'Banking', BillingCity: 'Ulm' });
    });
    const nested = sourceOfInstallation(
      installation({ account: { objectName: 'account', selectedValueMappings: { sector: { power: 'Energy' } } } }),
      integration({
        requiredFields: [
          { kind: 'fixed', fieldName: 'name' },
          { kind: 'fixed', fieldName: 'industry', mapToName: 'sector' },
          { kind: 'fixed', fieldName: "$['BillingAddress']['city']", mapToName: 'town' },
          { kind: 'fixed', fieldName: "$['Owner']['IsActive']", mapToName: 'ownerWorks' },
        ],
      } as never),
      'account',
    );
    for (const conditions of [
      ['town=Bonn'],
      ["$['billingaddress']['city']=Bonn"],
      ['sector=power'],
      ['sector=Energy'],
      ['industry=Energy'],
      ['ownerWorks=true', 'name=Here'],
    ]) {
      const { result } = await search(nested, ...conditions);
      expect(
        result.map(({ fields, mappedFields }) => [fields.name, mappedFields.town, mappedFields.sector]),
        conditions.join(),
      ).toEqual([['Here', 'Bonn', 'power']]);
    }
    expect(world.soql().at(-1)).toContain('Owner.IsActive = true');
    // The org's own name of a mapped field stands for the org's own values.
    expect((await search(nested, 'industry=power')).result).toEqual([]);
  });

  test('PROXY-2 an object that is not read, or switched off, is refused; enabled: always makes it searchable', async () => {
    const { search } = await startSearch();
    const quiet = sourceOfInstallation(installation({}), integration(), 'account');
    await expect(search(quiet, 'name=x')).rejects.toMatchObject({ code: 'search-object-off' });
    expect(() =>
      sourceOfInstallation(
        installation({ account: { objectName: 'account', disabled: true } }),
        integration(),
        'account',
      ),
    ).toThrow(expect.objectContaining({ code: 'read-object-disabled' }));
    expect(() => sourceOfInstallation(installation({}), integration(), 'lead')).toThrow(
      expect.objectContaining({ code: 'read-object-missing' }),
    );
    const always = sourceOfInstallation(installation({}), integration({ enabled: 'always' }), 'account');
    expect((await search(always, 'name=x')).result).toEqual([]);
  });

  test('PROXY-3 more matches than one page: the first page, and how many there are', async () => {
    const { search, world } = await startSearch();
    change(world.org, (transaction) => {
      for (let index = 0; index < 2_100; index++)
        transaction.insert('Account', { Name: `A${index}`, Industry: 'Energy' });
    });
    const found = await search(source(), 'sector=Energy');
    expect(found.result).toHaveLength(2_000);
    expect(found.totalSize).toBe(2_100);
  });
});

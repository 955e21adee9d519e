import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { classifySalesforceError, parseErrorBody, withoutValues } from '../../src/providers/salesforce/errors.ts';
import { crossesUsageAlert, parseLimitInfo } from '../../src/providers/salesforce/limits.ts';
import { parseRetryAfter, retryPauseMs } from '../../src/providers/salesforce/rest/retry.ts';
import { connected, quickClock } from '../auth/connected.ts';
import { type StrictOrg, startStrictOrg } from '../auth/strict-org.ts';

let org: StrictOrg;
beforeEach(async () => {
  org = await startStrictOrg();
});
afterEach(() => org.close());

type Canned = { status: number; body?: unknown; headers?: Record<string, string> };

/** The org gives these answers to data calls, one after the other, then its own. */
function answerWith(...answers: Canned[]): { left: Canned[] } {
  const left = [...answers];
  org.intercept = (request, response: ServerResponse) => {
    if (!request.url?.startsWith('/services/data/v')) return false;
    const next = left.shift();
    if (!next) return false;
    response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers });
    response.end(typeof next.body === 'string' ? next.body : JSON.stringify(next.body ?? {}));
    return true;
  };
  return { left };
}
const failure = (status: number, errorCode: string, message = 'no'): Canned => ({
  status,
  body: [{ errorCode, message }],
});
const dataCalls = () => org.seen.filter(({ path }) => path.startsWith('/services/data/v')).length;

describe('REST-13 the usage header', () => {
  test.each([
    ['api-usage=45032/100000', { used: 45032, max: 100000 }],
    ['api-usage=18/15000; api-bursts=1/750', { used: 18, max: 15000 }],
    ['api-bursts=1/750; api-usage=18/15000', { used: 18, max: 15000 }],
    ['per-app-api-usage=17/250(appName=sample), api-usage=25/5000', { used: 25, max: 5000 }],
    ['per-app-api-usage=17/250(appName=sample)', undefined],
    [undefined, undefined],
    ['nonsense', undefined],
  ])('%s', (header, expected) => {
    expect(parseLimitInfo(header)).toEqual(expected);
  });

  test('is kept with the org', async () => {
    const { client, registry, record } = await connected(org);
    answerWith({ status: 200, headers: { 'sforce-limit-info': 'api-usage=45032/100000' } });
    await client.json({ path: 'limits' });
    expect(client.apiUsage).toEqual({ used: 45032, max: 100000 });
    await expect
      .poll(async () => (await registry.find(record.id))?.apiUsage)
      .toMatchObject({ used: 45032, max: 100000 });
  });
});

test('REST-14 crossing 80 % is one alert, staying there none, coming back and crossing again another', async () => {
  const alerts: number[] = [];
  const { client } = await connected(org, { onUsageAlert: (_, { used }) => alerts.push(used) });
  answerWith(
    ...[79, 80, 81, 95, 60, 85].map((used) => ({
      status: 200,
      headers: { 'sforce-limit-info': `api-usage=${used}/100` },
    })),
  );
  for (let call = 0; call < 6; call++) await client.json({ path: 'limits' });
  expect(alerts).toEqual([80, 85]);
  expect(crossesUsageAlert(undefined, { used: 9, max: 10 })).toBe(true);
});

describe('REST-15 a limit', () => {
  test.each<[string, Canned]>([
    ['403 REQUEST_LIMIT_EXCEEDED', failure(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')],
    ['429', { status: 429, body: '<html>slow down</html>', headers: { 'content-type': 'text/html' } }],
  ])('%s is waited out with growing pauses, never at once, for reads and writes alike', async (_, limit) => {
    for (const method of ['GET', 'POST'] as const) {
      const clock = quickClock();
      const { client } = await connected(org, { clock });
      answerWith(limit, limit);
      expect((await client.json({ method, path: 'limits', ...(method === 'POST' ? { body: {} } : {}) })).status).toBe(
        200,
      );
      expect(clock.slept).toHaveLength(2);
      expect(clock.slept[0]).toBeGreaterThanOrEqual(1000);
      expect(clock.slept[1]).toBeGreaterThan(clock.slept[0]!);
    }
  });

  test('Retry-After is honoured, as seconds and as a date; a wish beyond a minute is not slept through', async () => {
    const clock = quickClock();
    const { client } = await connected(org, { clock });
    answerWith({ ...failure(429, 'X'), headers: { 'retry-after': '7' } });
    await client.json({ path: 'limits' });
    expect(clock.slept[0]).toBeGreaterThanOrEqual(7000);
    expect(parseRetryAfter('Sat, 21 Nov 2026 20:00:10 GMT', Date.parse('2026-11-21T20:00:00Z'))).toBe(10_000);
    expect(parseRetryAfter('soon', 0)).toBeUndefined();
    answerWith({ ...failure(429, 'X'), headers: { 'retry-after': '3600' } });
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'salesforce-rate-limited' });
    expect(clock.slept).toHaveLength(1);
  });

  test('ends as salesforce-rate-limited after four attempts', async () => {
    const { client } = await connected(org);
    const limit = failure(403, 'REQUEST_LIMIT_EXCEEDED');
    answerWith(limit, limit, limit, limit, limit, limit);
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'salesforce-rate-limited' });
    expect(dataCalls()).toBe(4);
  });

  test('full jitter: pauses spread over the whole bound and never pass it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const bound = Math.min(500 * 2 ** (attempt - 1), 20_000);
          const pause = retryPauseMs(attempt, 'soon', random);
          expect(pause).toBeCloseTo(random * bound);
          expect(retryPauseMs(attempt, 'later', random)).toBeGreaterThanOrEqual(2500);
        },
      ),
    );
  });
});

describe('REST-16 something transient', () => {
  const transient: [string, Canned][] = [
    ['503', { status: 503, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['500', failure(500, 'UNKNOWN_EXCEPTION')],
    ['420', { status: 420, body: '' }],
    ['406 without a body', { status: 406, body: '' }],
  ];
  test.each(transient)('%s: a read is repeated, a create is not', async (_, trouble) => {
    const { client } = await connected(org);
    answerWith(trouble);
    expect((await client.json({ path: 'limits' })).status).toBe(200);
    answerWith(trouble);
    await expect(client.json({ method: 'POST', path: 'sobjects/Account', body: {} })).rejects.toMatchObject({
      code: 'salesforce-unavailable',
    });
    answerWith(trouble);
    const upsert = {
      method: 'PATCH' as const,
      path: 'sobjects/Account/Ext__c/1',
      body: {},
      retry: 'idempotent' as const,
    };
    expect((await client.json(upsert)).status).toBe(200);
  });

  test('a locked row was not written: also a create is repeated', async () => {
    const { client } = await connected(org);
    answerWith(failure(400, 'UNABLE_TO_LOCK_ROW'));
    expect((await client.json({ method: 'POST', path: 'sobjects/Account', body: {} })).status).toBe(200);
  });

  test('a lost answer: a read is repeated, a create says that it may have happened', async () => {
    const { client } = await connected(org);
    let cuts = 2;
    org.intercept = (request) => {
      if (!request.url?.startsWith('/services/data/v') || cuts-- <= 0) return false;
      request.socket.destroy();
      return true;
    };
    expect((await client.json({ path: 'limits' })).status).toBe(200);
    cuts = 1;
    const error = await client.json({ method: 'POST', path: 'sobjects/Account', body: {} }).catch((reason) => reason);
    expect(error.code).toBe('salesforce-connection-lost');
  });

  test('an answer that does not come: one time limit for the whole call, retries included', async () => {
    const { client } = await connected(org);
    org.intercept = (request) => request.url?.startsWith('/services/data/v') === true;
    await expect(client.json({ path: 'limits', timeoutMs: 300 })).rejects.toMatchObject({ code: 'salesforce-timeout' });
  });

  test('a stopped caller is not retried for', async () => {
    const { client } = await connected(org);
    const stop = new AbortController();
    org.intercept = () => {
      stop.abort(new Error('stopped'));
      return true;
    };
    await expect(client.json({ path: 'limits', signal: stop.signal })).rejects.toThrow('stopped');
    expect(dataCalls()).toBe(1);
  });
});

test.each(['INVALID_FIELD', 'MALFORMED_QUERY', 'FIELD_CUSTOM_VALIDATION_EXCEPTION'])(
  'REST-17 400 %s is never repeated',
  async (errorCode) => {
    const { client } = await connected(org);
    answerWith(failure(400, errorCode), failure(400, errorCode));
    await expect(client.json({ path: 'limits', retry: 'safe' })).rejects.toMatchObject({
      details: { errorCode, status: 400 },
    });
    expect(dataCalls()).toBe(1);
  },
);

test('REST-18 long calls in flight stay under the cap', async () => {
  const { client } = await connected(org, { maxConcurrentRequests: 5, record: { orgId: '00Dak00000SLOTSEAA' } });
  let open = 0;
  let most = 0;
  org.intercept = (request, response) => {
    if (!request.url?.startsWith('/services/data/v')) return false;
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      response.end('{}');
    }, 5);
    return true;
  };
  await Promise.all(Array.from({ length: 60 }, () => client.json({ path: 'limits' })));
  expect(most).toBe(5);
});

test('REST-18 a stream keeps its place until its body has ended, also when it is given up', async () => {
  const { client } = await connected(org, { maxConcurrentRequests: 1, record: { orgId: '00Dak00000STREAMAA' } });
  const first = await client.stream({ path: 'limits' });
  let second = false;
  const waiting = client.json({ path: 'limits' }).then(() => {
    second = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(second).toBe(false);
  first.body.destroy();
  await waiting;
  expect(second).toBe(true);
});

test('REST-20 two orgs with one registry keep their usage and state apart', async () => {
  const registry = createMemoryRegistry();
  const other = await startStrictOrg();
  const a = await connected(org, { registry });
  const b = await connected(other, { registry, record: { id: 'b', alias: 'b', orgId: '00Dak0000000bbbEAA' } });
  await registry.save(a.record);
  await registry.save(b.record);
  answerWith({ status: 200, headers: { 'sforce-limit-info': 'api-usage=1/10' } });
  await a.client.json({ path: 'limits' });
  await b.client.json({ path: 'limits' });
  await expect.poll(async () => (await registry.find('b'))?.apiUsage?.max).toBe(15000);
  expect((await registry.find(a.record.id))?.apiUsage?.max).toBe(10);
  await other.close();
});

describe('REST-21 bodies that are not what they should be', () => {
  test.each<[string, Canned, string]>([
    [
      'HTML',
      { status: 400, body: '<html>Bad</html>', headers: { 'content-type': 'text/html' } },
      'salesforce-request-invalid',
    ],
    ['nothing', { status: 403, body: '' }, 'salesforce-access-denied'],
    ['cut JSON', { status: 404, body: '[{"errorCode":"NOT_F' }, 'salesforce-not-found'],
    ['a number', { status: 400, body: '7' }, 'salesforce-request-invalid'],
    ['null', { status: 400, body: 'null' }, 'salesforce-request-invalid'],
    ['an XML fault', { status: 500, body: '<faultcode>sf:INVALID_FIELD</faultcode>' }, 'salesforce-field-unknown'],
  ])('%s', async (_, answer, code) => {
    const { client } = await connected(org);
    answerWith(answer, answer, answer, answer);
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code });
  });

  test('a login page with status 200 is no answer, and is asked for again', async () => {
    const { client } = await connected(org);
    const page = { status: 200, body: '<html><form>Log in</form></html>', headers: { 'content-type': 'text/html' } };
    answerWith(page);
    expect((await client.json({ path: 'limits' })).status).toBe(200);
    answerWith(page);
    const { body } = await client.stream({ path: 'limits' });
    body.destroy();
    expect(dataCalls()).toBe(4);
    answerWith(page, page, page, page);
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'salesforce-answer-damaged' });
  });

  test('any text at all is parsed without crashing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 300, max: 599 }), (text, status) => {
        const body = parseErrorBody(text);
        expect(typeof classifySalesforceError(status, body.errorCode, body.message).code).toBe('string');
      }),
      { numRuns: 1000 },
    );
  });
});

test('REST-22 the error code decides beside a forbidden status', () => {
  expect(classifySalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')).toEqual({
    code: 'salesforce-rate-limited',
    when: 'later',
  });
  const concurrent = 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.';
  expect(classifySalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', concurrent).code).toBe(
    'salesforce-concurrency-limited',
  );
  expect(classifySalesforceError(403, undefined).code).toBe('salesforce-access-denied');
  expect(classifySalesforceError(403, 'API_DISABLED_FOR_ORG').code).toBe('salesforce-api-disabled');
});

test.each([
  [
    'STRING_TOO_LONG',
    'Account Name: data value too large: CANARY (and more) (max length=255)',
    'Account Name: data value too large: … (max length=255)',
  ],
  [
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    'Race: bad value for restricted picklist field: CANARY',
    'Race: bad value for restricted picklist field',
  ],
  ['INVALID_EMAIL_ADDRESS', 'Email: invalid email address: CANARY', 'Email: invalid email address'],
  [
    'NUMBER_OUTSIDE_VALID_RANGE',
    'Amount: value outside of valid range on numeric field: 12345678901234567.89',
    'Amount: value outside of valid range on numeric field',
  ],
])('what %s echoes of a record is not repeated', (errorCode, message, expected) => {
  expect(withoutValues(errorCode, message)).toBe(expected);
});

test('a clock that never returns does not hold a finished call', async () => {
  const stuck: Clock = { now: () => Date.now(), sleep: () => new Promise(() => {}) };
  const { client } = await connected(org, { clock: stuck });
  expect((await client.json({ path: 'limits' })).status).toBe(200);
});

import { generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { Secret } from '../../src/credentials/secret.ts';
import { catalog } from '../../src/errors/catalog.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { keyAccount } from '../../src/providers/salesforce/auth/grants.ts';
import { jwtAudience } from '../../src/providers/salesforce/auth/hosts.ts';
import { parsePrivateKey } from '../../src/providers/salesforce/auth/jwt.ts';
import { signInError } from '../../src/providers/salesforce/auth/oauth-errors.ts';
import { loadBundle } from '../../src/providers/salesforce/auth/token-bundle.ts';
import { connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { connected, quickClock, recordOf } from '../auth/connected.ts';
import { type StrictOrg, startStrictOrg } from '../auth/strict-org.ts';

let org: StrictOrg;
beforeEach(async () => {
  org = await startStrictOrg();
});
afterEach(() => org.close());

const answer = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return true;
};
const rsaKey = (bits: number, type: 'pkcs1' | 'pkcs8' = 'pkcs8') => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return {
    pem: privateKey.export({ type, format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

test('AUTH-4 data calls go to the instance_url of the answer, only sign-in and refresh to the login host', async () => {
  const instance = await startStrictOrg();
  instance.intercept = (_, response) => answer(response, 200, { here: true });
  org.settings.instanceUrl = instance.url;
  const { client } = await connected(org);
  await client.json({ path: 'limits' });
  await client.json({ path: '/services/data/v66.0/query/01g-next' });
  expect(instance.seen.map(({ path }) => path)).toEqual([
    '/services/data/v66.0/limits',
    '/services/data/v66.0/query/01g-next',
  ]);
  expect(org.seen).toEqual([]);
  await instance.close();
});

test.each([
  [29_000, 1],
  [31_000, 0],
])('AUTH-8 a token with %i ms left is refreshed first %i times', async (leftMs, refreshes) => {
  const clock = quickClock();
  const lifetimeMs = 3_600_000;
  const { client } = await connected(org, {
    clock,
    bundle: { lifetimeMs, obtainedAt: clock.now() - lifetimeMs + leftMs },
  });
  await client.json({ path: 'limits' });
  expect(org.counts.refresh ?? 0).toBe(refreshes);
});

test('AUTH-9 fifty parallel calls with an expired token are one refresh, and all use its result', async () => {
  const { client } = await connected(org);
  org.expireAccessTokens();
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.json({ path: 'limits' })));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(org.counts).toMatchObject({ refresh: 1 });
  expect(org.counts.reuse).toBeUndefined();
});

test('AUTH-9 two clients of one account on one store are one refresh', async () => {
  const first = await connected(org);
  const second = await connectSalesforce({ ...first, org: first.record });
  org.expireAccessTokens();
  await Promise.all([first.client.json({ path: 'limits' }), second.json({ path: 'limits' })]);
  expect(org.counts).toMatchObject({ refresh: 1 });
});

test('AUTH-10 a 401 in flight is one refresh and one replay with the full body', async () => {
  const { client } = await connected(org);
  org.expireAccessTokens();
  const body = { Name: 'Grüße 🚀', Long: 'x'.repeat(200_000) };
  const result = await client.json<{ echo: string }>({ method: 'POST', path: 'echo', body });
  expect(JSON.parse(result.body.echo)).toEqual(body);
  expect(org.counts).toMatchObject({ refresh: 1, data: 2 });
});

test('AUTH-10 a second 401 is an auth error', async () => {
  const { client } = await connected(org);
  org.intercept = (request, response) =>
    request.url?.startsWith('/services/data/v')
      ? answer(response, 401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }])
      : false;
  await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-sign-in-expired' });
  expect(org.counts.refresh).toBe(1);
});

describe('AUTH-11 a refresh refused for good', () => {
  test('is asked for at most twice, turns the account needs_reauth, and is told once with the way back', async () => {
    const told: string[] = [];
    const { client, registry, record } = await connected(org, { onNeedsReauth: (_, reason) => told.push(reason) });
    org.expireAccessTokens();
    org.settings.refreshRefusal = { error: 'invalid_grant', error_description: 'expired access/refresh token' };
    const failures = await Promise.all(
      Array.from({ length: 20 }, () => client.json({ path: 'limits' }).catch((error) => error)),
    );
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['org-sign-in-expired']));
    expect(failures[0].hint).toContain(`amp org login --alias ${record.alias}`);
    expect(org.counts.refresh).toBeLessThanOrEqual(2);
    expect(await registry.find(record.id)).toMatchObject({ status: 'needs_reauth', statusReason: /expired access/ });
    await client.json({ path: 'limits' }).catch(() => {});
    expect(org.counts.refresh).toBeLessThanOrEqual(2);
    expect(told).toHaveLength(1);
  });

  test('is not refused when another process has saved a newer token meanwhile', async () => {
    const { client, credentials, record, bundle } = await connected(org);
    org.expireAccessTokens();
    org.intercept = (request, response, body) => {
      if (!body.includes('refresh_token') || request.url !== '/services/oauth2/token') return false;
      org.intercept = undefined;
      const newer = { ...bundle, ...org.grant(), generation: 7 };
      credentials.set(record.id, new Secret(JSON.stringify(newer)));
      return answer(response, 400, {
        error: 'invalid_grant',
        error_description: 'token request is already being processed',
      });
    };
    expect((await client.json({ path: 'limits' })).status).toBe(200);
    expect(org.counts.refresh).toBeUndefined();
  });
});

describe('AUTH-12 a login host that does not answer properly', () => {
  const refuseWith = (status: number, times: number) => {
    let left = times;
    org.intercept = (request, response) => {
      if (request.url !== '/services/oauth2/token' || left-- <= 0) return false;
      response.writeHead(status, { 'content-type': 'text/html' });
      response.end('<html>down</html>');
      return true;
    };
  };

  test('is waited for with growing pauses, and the account stays healthy', async () => {
    const clock = quickClock();
    const { client, registry, record } = await connected(org, { clock });
    org.expireAccessTokens();
    refuseWith(503, 4);
    expect((await client.json({ path: 'limits' })).status).toBe(200);
    expect(clock.slept).toHaveLength(4);
    expect(clock.slept).toEqual([...clock.slept].sort((a, b) => a - b));
    expect(await registry.find(record.id)).toMatchObject({ status: 'connected' });
  });

  test('fails after five in a row, still without condemning the account', async () => {
    const { client, registry, record } = await connected(org);
    org.expireAccessTokens();
    refuseWith(503, 99);
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-sign-in-unavailable' });
    expect(org.seen.filter(({ path }) => path === '/services/oauth2/token')).toHaveLength(5);
    expect(await registry.find(record.id)).toMatchObject({ status: 'connected' });
  });

  test('the number is configurable', async () => {
    const { client } = await connected(org, { renewalAttempts: 2 });
    org.expireAccessTokens();
    refuseWith(500, 99);
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-sign-in-unavailable' });
    expect(org.seen.filter(({ path }) => path === '/services/oauth2/token')).toHaveLength(2);
  });

  test('an answer that was lost is asked for again only once: it may have rotated the token', async () => {
    const { client } = await connected(org);
    org.expireAccessTokens();
    let asked = 0;
    org.intercept = (request) => {
      if (request.url !== '/services/oauth2/token') return false;
      asked++;
      request.socket.destroy();
      return true;
    };
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-sign-in-unavailable' });
    expect(asked).toBe(2);
  });
});

test('AUTH-13 without a new refresh token the old one stays; with one, it is durable before first use', async () => {
  const { client, credentials, record, bundle } = await connected(org);
  org.settings.rotation = false;
  org.expireAccessTokens();
  await client.json({ path: 'limits' });
  expect((await loadBundle(credentials, record)).refreshToken).toBe(bundle.refreshToken);

  org.settings.rotation = true;
  org.expireAccessTokens();
  const storedAtFirstUse: (string | undefined)[] = [];
  org.intercept = (request) => {
    const used = request.headers.authorization?.replace('Bearer ', '');
    if (request.url?.startsWith('/services/data/v')) {
      loadBundle(credentials, record).then((stored) =>
        storedAtFirstUse.push(stored.accessToken === used ? 'durable' : 'not yet'),
      );
    }
    return false;
  };
  await client.json({ path: 'limits' });
  expect(storedAtFirstUse.at(-1)).toBe('durable');
  expect((await loadBundle(credentials, record)).refreshToken).not.toBe(bundle.refreshToken);
});

test.each(['locked', 'intent-written', 'answered', 'stored', 'cleared'] as const)(
  'AUTH-14 a process that ends right after "%s" leaves an account that works',
  async (last) => {
    const before = await connected(org, {
      onRenewalStep: (step) => {
        if (step === last) throw new Error('killed');
      },
    });
    org.expireAccessTokens();
    await expect(before.client.json({ path: 'limits' })).rejects.toThrow('killed');
    const after = await connectSalesforce({ ...before, org: before.record });
    expect((await after.json({ path: 'limits' })).status).toBe(200);
    expect(org.counts).toMatchObject({ refresh: 1 });
    expect(org.counts.reuse).toBeUndefined();
    expect(await loadBundle(before.credentials, before.record)).toMatchObject({ generation: 2 });
  },
);

test('AUTH-13 a store that cannot be written keeps the new token in the journal until it can', async () => {
  const store = createMemoryStore();
  const warnings: string[] = [];
  let full = false;
  const credentials = {
    ...store,
    set: (account: string, secret: Secret) =>
      full ? Promise.reject(new Error('No space left')) : store.set(account, secret),
  };
  const first = await connected(org, { credentials, warn: (message) => warnings.push(message) });
  org.expireAccessTokens();
  full = true;
  expect((await first.client.json({ path: 'limits' })).status).toBe(200);
  expect(warnings.join()).toMatch(/waits, encrypted, in .*No space left/);
  full = false;
  const next = await connectSalesforce({ ...first, org: first.record });
  expect((await next.json({ path: 'limits' })).status).toBe(200);
  expect(org.counts).toMatchObject({ refresh: 1 });
  expect(await loadBundle(credentials, first.record)).toMatchObject({ generation: 2 });
});

test('AUTH-15 without expires_in a token has no known end, and is used until a 401 says so', async () => {
  const clock = quickClock();
  const { client, credentials, record } = await connected(org, { clock });
  org.expireAccessTokens();
  await client.json({ path: 'limits' });
  const renewed = await loadBundle(credentials, record);
  expect(renewed.lifetimeMs).toBeUndefined();
  expect(Number.isFinite(renewed.obtainedAt)).toBe(true);
  clock.advance(40 * 24 * 3_600_000);
  await client.json({ path: 'limits' });
  expect(org.counts.refresh).toBe(1);
});

test('AUTH-15 with expires_in the lifetime is known', async () => {
  org.settings.expiresIn = 600;
  const { client, credentials, record } = await connected(org);
  org.expireAccessTokens();
  await client.json({ path: 'limits' });
  expect((await loadBundle(credentials, record)).lifetimeMs).toBe(600_000);
});

test('AUTH-16 a JWT is RS256 with iss, sub, aud and three minutes at most, and is minted again on expiry', async () => {
  const key = rsaKey(2048);
  org.settings.publicKey = key.publicPem;
  const { client, credentials, record } = await connected(org, { record: { flow: 'jwt' } });
  await credentials.set(keyAccount(record.id), new Secret(key.pem));
  for (const round of [1, 2]) {
    org.expireAccessTokens();
    expect((await client.json({ path: 'limits' })).status).toBe(200);
    expect(org.counts.token).toBe(round);
  }
  const form = new URLSearchParams(org.seen.find(({ path }) => path === '/services/oauth2/token')!.body);
  const [header, claims] = form
    .get('assertion')!
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  expect(header).toEqual({ alg: 'RS256', typ: 'JWT' });
  expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iss', 'sub']);
  expect(form.has('refresh_token')).toBe(false);
});

test.each([
  ['https://login.salesforce.com', 'https://login.salesforce.com'],
  ['https://test.salesforce.com', 'https://test.salesforce.com'],
  ['https://acme.my.salesforce.com', 'https://login.salesforce.com'],
  ['https://acme--dev.sandbox.my.salesforce.com', 'https://test.salesforce.com'],
  ['https://acme--dev.my.salesforce.com', 'https://test.salesforce.com'],
  ['http://127.0.0.1:7575', 'http://127.0.0.1:7575'],
])('AUTH-16 signing in at %s the audience is %s', (loginUrl, audience) => {
  expect(jwtAudience(loginUrl)).toBe(audience);
});

test.each([
  ['invalid_app_access', 'user is not admin approved to access this app', 'org-app-access'],
  ['invalid_grant', 'audience is invalid', 'org-audience-invalid'],
  ['invalid_grant', 'Audience validation failed', 'org-audience-invalid'],
  ['invalid_grant', "user hasn't approved this consumer", 'org-app-not-approved'],
  ['invalid_grant', 'invalid assertion', 'org-assertion-invalid'],
  ['redirect_uri_mismatch', 'redirect_uri must match configuration', 'org-redirect-mismatch'],
  ['invalid_client_id', 'client identifier invalid', 'org-app-unknown'],
  ['invalid_client', 'invalid client credentials', 'org-app-secret'],
  ['inactive_user', 'user is inactive', 'org-user-inactive'],
  ['inactive_org', 'organization is inactive', 'org-inactive'],
  ['invalid_grant', 'ip restricted', 'org-ip-restricted'],
  ['invalid_grant', 'authentication failure', 'org-sign-in-refused'],
  ['invalid_grant', 'expired access/refresh token', 'org-sign-in-expired'],
  ['invalid_request', 'request not supported on this domain', 'org-wrong-environment'],
  ['access-denied', 'end-user denied authorization', 'org-sign-in-denied'],
  ['OAUTH_APPROVAL_ERROR_GENERIC', 'An unexpected error has occurred', 'org-app-not-installed'],
  ['unsupported_grant_type', 'grant type not supported', 'org-flow-unsupported'],
  ['rate_limit_exceeded', 'login rate exceeded', 'salesforce-rate-limited'],
  ['something_new', 'words', 'org-sign-in-failed'],
])('AUTH-22 %s (%s) has its own remedy: %s', (error, description, code) => {
  const refusal = signInError({ error, description });
  expect(refusal.code).toBe(code);
  expect(refusal.message).toContain(description);
  expect(catalog[code]?.remedy).toBeTruthy();
});

describe('AUTH-17 private keys', () => {
  test('an EC key or RSA under 2048 bits is refused clearly', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    expect(() => parsePrivateKey(ec.toString())).toThrow(/EC; Salesforce takes RSA/);
    expect(() => parsePrivateKey(rsaKey(1024).pem)).toThrow(/1024 bits/);
    expect(() => parsePrivateKey('-----BEGIN CERTIFICATE-----\nAAAA')).toThrow(/certificate/);
    expect(() => parsePrivateKey('hello')).toThrow(/neither PEM nor base64/);
    expect(() => parsePrivateKey('-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA')).toThrow(/encrypted/);
  });

  test.each(['pkcs1', 'pkcs8'] as const)('%s passes, as PEM, as base64 of it and with \\n for line ends', (type) => {
    const { pem } = rsaKey(2048, type);
    for (const text of [pem, Buffer.from(pem).toString('base64'), pem.replaceAll('\n', '\\n')]) {
      expect(parsePrivateKey(text).asymmetricKeyDetails?.modulusLength).toBe(2048);
    }
  });
});

test('AUTH-23 a revoked account stops, another one goes on', async () => {
  const other = await startStrictOrg();
  const record = recordOf(org);
  const healthy = recordOf(other, { id: 'other', orgId: '00Dak0000009zzzEAA', alias: 'other' });
  const registry = createMemoryRegistry([record, healthy]);
  const revoked = await connected(org, { registry });
  const fine = await connected(other, { registry, record: { id: 'other', orgId: healthy.orgId, alias: 'other' } });
  org.revokeEverything();
  await expect(revoked.client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-sign-in-expired' });
  expect((await fine.client.json({ path: 'limits' })).status).toBe(200);
  expect((await registry.list()).map(({ alias, status }) => [alias, status])).toEqual([
    ['acme', 'needs_reauth'],
    ['other', 'connected'],
  ]);
  await other.close();
});

test.each(['This session is not valid for use with the REST API', 'Connected app is not attached to Agent'])(
  'AUTH-26 "%s" starts no refresh',
  async (message) => {
    const { client } = await connected(org);
    org.intercept = (_, response) => answer(response, 401, [{ errorCode: 'INVALID_SESSION_ID', message }]);
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-app-access' });
    expect(org.counts.refresh).toBeUndefined();
    expect(org.seen).toHaveLength(1);
  },
);

test('AUTH-27 when instance_url changes with a refresh, the next page is read from the new host', async () => {
  const moved = await startStrictOrg();
  moved.intercept = (request, response) => answer(response, 200, { path: request.url });
  const { client, registry, record } = await connected(org);
  org.expireAccessTokens();
  org.settings.instanceUrl = moved.url;
  const page = '/services/data/v66.0/query/01g000-2000';
  expect((await client.json({ path: page })).body).toEqual({ path: page });
  expect(client.instanceUrl).toBe(moved.url);
  expect(await registry.find(record.id)).toMatchObject({ instanceUrl: moved.url });
  await moved.close();
});

test('a token is never sent to another origin, neither by a link nor by a redirect', async () => {
  const evil = await startStrictOrg();
  const { client } = await connected(org);
  await expect(client.json({ path: `${evil.url}/next` })).rejects.toMatchObject({ code: 'salesforce-redirected' });
  await client.json({ path: `//${new URL(evil.url).host}/next` }).catch(() => {});
  org.intercept = (_, response) => {
    response.writeHead(302, { location: `${evil.url}/next` });
    response.end();
    return true;
  };
  await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'salesforce-redirected' });
  expect(evil.seen).toEqual([]);
  await evil.close();
});

test('an untrusted instance_url in a token answer is refused', async () => {
  const { client } = await connected(org);
  org.expireAccessTokens();
  org.settings.instanceUrl = 'https://evil.example';
  await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-url-untrusted' });
});

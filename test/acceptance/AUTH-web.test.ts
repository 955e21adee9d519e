import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeChallenge, startAuthorization } from '../../src/providers/salesforce/auth/authorize.ts';
import { freePort, newUser, startLogin, visit } from '../auth/login-process.ts';
import { type StrictOrg, startStrictOrg } from '../auth/strict-org.ts';
import { runAmp } from '../cli/run-amp.ts';

let org: StrictOrg;
beforeEach(async () => {
  org = await startStrictOrg();
});
afterEach(() => org.close());

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

/** Path and query of a URL the browser would be sent to. */
const pathOf = (url: string) => url.slice(new URL(url).origin.length);

test('AUTH-1 the authorize URL asks for a code with state, S256 and exactly the three scopes', async () => {
  const { url, port, child, ended } = await startLogin(org.url, org.clientId);
  child.kill('SIGTERM');
  await ended;
  const parameters = Object.fromEntries(url.searchParams);
  expect(parameters).toMatchObject({
    response_type: 'code',
    client_id: org.clientId,
    redirect_uri: `http://localhost:${port}/OauthRedirect`,
    code_challenge_method: 'S256',
    scope: 'api refresh_token offline_access',
  });
  expect(parameters.state).toMatch(/^[\w-]{22,}$/);
  expect(parameters.code_challenge).toMatch(/^[\w-]{43}$/);
  expect(parameters).not.toHaveProperty('client_secret');
});

test('AUTH-1 a thousand sign-ins have a thousand states and verifiers; the challenge is that of RFC 7636', () => {
  const many = Array.from({ length: 1000 }, () => startAuthorization('https://login.salesforce.com', 'x', 1717));
  expect(new Set(many.map(({ state }) => state)).size).toBe(1000);
  expect(new Set(many.map(({ verifier }) => verifier)).size).toBe(1000);
  expect(many.every(({ verifier }) => /^[\w.~-]{43,128}$/.test(verifier))).toBe(true);
  expect(codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
});

test('AUTH-2 AUTH-3 whatever does not carry the state is turned away, and the right callback still counts', async () => {
  const { url, port, ended } = await startLogin(org.url, org.clientId);
  for (const stray of ['?error=access_denied', '?code=1&state=bad', '?code=1', `?code=1&state=${'x'.repeat(32)}`]) {
    expect(await visit(port, `/OauthRedirect${stray}`)).toMatchObject({ status: 400 });
  }
  expect(await visit(port, '/favicon.ico')).toMatchObject({ status: 404 });
  expect(await visit(port, '/OauthRedirect/done')).toMatchObject({ status: 404 });
  expect(await visit(port, '/OauthRedirect', { method: 'POST' })).toMatchObject({ status: 405 });
  expect(await visit(port, '/OauthRedirect', { method: 'OPTIONS' })).toMatchObject({ status: 405 });
  for (const host of ['evil.example', `evil.example:${port}`, `localhost.:${port}`, '127.0.0.1.nip.io']) {
    expect(await visit(port, pathOf(org.authorize(url.href)), { host })).toMatchObject({ status: 421 });
  }
  expect(org.counts.token).toBeUndefined();

  const callback = pathOf(org.authorize(url.href));
  const answer = await visit(port, callback);
  expect(answer).toMatchObject({ status: 303, headers: { location: '/OauthRedirect/done' } });
  const [replay, page] = await Promise.all([
    visit(port, callback).catch(() => ({ status: 409 })),
    visit(port, '/OauthRedirect/done'),
  ]);
  expect(replay.status).toBe(409);
  expect(page.body).toContain('Signed in');
  expect(await ended).toMatchObject({ code: 0 });
  expect(org.counts.token).toBe(1);
  await expect(visit(port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(visit(port, '/', { address: '::1' })).rejects.toBeDefined();
});

test('AUTH-3 the page reflects nothing and may not be framed, cached or asked where it came from', async () => {
  const { url, port, child, ended } = await startLogin(org.url, org.clientId);
  const state = url.searchParams.get('state')!;
  const pages = [
    await visit(port, '/OauthRedirect?code=<script>x</script>&state=<script>y</script>'),
    await visit(port, `/OauthRedirect?error=<script>x</script>&error_description=<script>y</script>&state=${state}`),
  ];
  for (const { headers, body } of pages) {
    expect(body).not.toContain('<script>');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  }
  expect((await ended).code).toBe(4);
  child.kill();
});

test.runIf(process.platform === 'linux')('AUTH-3 only the two loopback addresses listen', async () => {
  const { port, child, ended } = await startLogin(org.url, org.clientId);
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .map((row) => row.trim().split(/\s+/))
      .filter((row) => row[1]?.endsWith(`:${hex}`) && row[3] === '0A')
      .map((row) => row[1]!.split(':')[0]),
  );
  child.kill('SIGTERM');
  await ended;
  expect(listening).toEqual(hasIpv6 ? ['0100007F', '00000000000000000000000001000000'] : ['0100007F']);
});

test.each(['127.0.0.1', '::1'])(
  'AUTH-3 with the port taken on %s nothing listens and no browser opens',
  async (address) => {
    const port = await freePort();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port, address, resolve));
    const result = await runAmp(
      ['org', 'login', '--flow', 'web', '--client-id', 'x', '--port', String(port), '--instance-url', org.url],
      { env: newUser() },
    );
    squatter.close();
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('org-sign-in-port');
    expect(result.stderr).not.toContain('/services/oauth2/authorize');
  },
);

test('AUTH-3 AUTH-21 a callback that never comes ends in time with the hint that an administrator must install the app', async () => {
  const { port, ended } = await startLogin(org.url, org.clientId, { args: ['--timeout', '1'] });
  const { code, stderr } = await ended;
  expect(code).toBe(4);
  expect(stderr).toMatch(/administrator must install it/);
  await expect(visit(port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('AUTH-3 a denial ends the sign-in at once and says so in the browser', async () => {
  const { url, port, ended } = await startLogin(org.url, org.clientId);
  const state = url.searchParams.get('state');
  await visit(
    port,
    `/OauthRedirect?error=access_denied&error_description=end-user+denied+authorization&state=${state}`,
  );
  expect((await visit(port, '/OauthRedirect/done')).body).toContain('Access was denied');
  expect(await ended).toMatchObject({ code: 4, stderr: expect.stringContaining('org-sign-in-denied') });
});

test('AUTH-21 an app that is not installed ends with the administrator step, also through the callback', async () => {
  const { url, port, ended } = await startLogin(org.url, org.clientId);
  const state = url.searchParams.get('state');
  await visit(
    port,
    `/OauthRedirect?error=OAUTH_APPROVAL_ERROR_GENERIC&error_description=An+unexpected+error&state=${state}`,
  );
  const { code, stderr } = await ended;
  expect(code).toBe(4);
  expect(stderr).toMatch(/Connected Apps OAuth Usage/);
});

test('a pasted redirect does what the browser would have done', async () => {
  const { url, child, ended } = await startLogin(org.url, org.clientId, { input: 'open' });
  child.stdin!.end(`${org.authorize(url.href)}\n`);
  expect(await ended).toMatchObject({ code: 0 });
});

test('a pasted redirect of another sign-in is refused', async () => {
  const { port, child, ended } = await startLogin(org.url, org.clientId, { input: 'open' });
  child.stdin!.end(`http://localhost:${port}/OauthRedirect?code=1&state=other\n`);
  expect(await ended).toMatchObject({ code: 4, stderr: expect.stringContaining('org-sign-in-callback') });
  expect(org.counts.token).toBeUndefined();
});

test('an open pipe on stdin does not keep the process from ending', async () => {
  const { url, port, ended } = await startLogin(org.url, org.clientId, { input: 'open' });
  await visit(port, pathOf(org.authorize(url.href)));
  await visit(port, '/OauthRedirect/done').catch(() => {});
  expect(await ended).toMatchObject({ code: 0 });
});

describe('AUTH-5 where one signs in', () => {
  test.each([
    [[], 'https://login.salesforce.com/'],
    [['--sandbox'], 'https://test.salesforce.com/'],
    [['--instance-url', 'acme.my.salesforce.com'], 'https://acme.my.salesforce.com/'],
    [
      ['--instance-url', 'https://acme--dev.sandbox.my.salesforce.com/'],
      'https://acme--dev.sandbox.my.salesforce.com/',
    ],
  ])('%j → %s', async (args, expected) => {
    const port = String(await freePort());
    const result = await runAmp(
      ['org', 'login', '--no-browser', '--client-id', 'x', '--port', port, '--timeout', '1', ...args],
      { env: newUser() },
    );
    expect(result.stderr).toContain(`${expected}services/oauth2/authorize?`);
  });

  test.each([
    'http://acme.my.salesforce.com',
    'https://acme.example',
    'https://salesforce.com.evil.example',
    'https://u:p@acme.my.salesforce.com',
  ])('%s is refused before anything is sent', async (url) => {
    const result = await runAmp(['org', 'login', '--client-id', 'x', '--instance-url', url], { env: newUser() });
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('org-url-untrusted');
  });
});

import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Client, startClient } from './client.ts';

const redirectUri = 'http://localhost:1717/OauthRedirect';
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** Goes through the sign-in page as a browser would; answers the callback's parameters. */
async function signIn(client: Client, query: Record<string, string>, decision = 'allow'): Promise<URLSearchParams> {
  const page = await client.call('GET', `/services/oauth2/authorize?${new URLSearchParams(query)}`);
  if (page.status === 302) return new URL(page.headers.get('location')!).searchParams;
  const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)![1]!;
  const { username, password } = client.emulator;
  const done = await client.form('/services/oauth2/authorize', { ticket, username, password, decision });
  expect(done.status).toBe(302);
  return new URL(done.headers.get('location')!).searchParams;
}

const authorizeQuery = (client: Client, more: Record<string, string> = {}) => ({
  response_type: 'code',
  client_id: client.emulator.clientId,
  redirect_uri: redirectUri,
  state: 'abc',
  scope: 'api refresh_token',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  ...more,
});

async function webSignIn(client: Client) {
  const callback = await signIn(client, authorizeQuery(client));
  expect(callback.get('state')).toBe('abc');
  const { clientId, clientSecret } = client.emulator;
  return client.form('/services/oauth2/token', {
    grant_type: 'authorization_code',
    code: callback.get('code')!,
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
}

const refresh = (client: Client, token: string) =>
  client.form('/services/oauth2/token', {
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: client.emulator.clientId,
    client_secret: client.emulator.clientSecret,
  });

test('AUTH-1 AUTH-15 the web flow ends with tokens that work, without expires_in and with a stamp as text', async () => {
  const client = await startClient();
  const { status, json, headers } = await webSignIn(client);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(Object.keys(json).sort()).toEqual(
    ['access_token', 'id', 'instance_url', 'issued_at', 'refresh_token', 'scope', 'signature', 'token_type'].sort(),
  );
  expect(json.issued_at).toMatch(/^\d{13}$/);
  expect(json.access_token.startsWith(`${client.emulator.orgId.slice(0, 15)}!`)).toBe(true);
  const whoami = await client.call('GET', '/services/oauth2/userinfo', undefined, {
    authorization: `Bearer ${json.access_token}`,
  });
  expect(whoami.json).toMatchObject({
    user_id: client.emulator.userId,
    organization_id: client.emulator.orgId,
    preferred_username: client.emulator.username,
    user_type: 'STANDARD',
  });
});

test('AUTH-1 an authorization code works once and only with its verifier and redirect address', async () => {
  const client = await startClient();
  const fields = async (change: Record<string, string>) => ({
    grant_type: 'authorization_code',
    code: (await signIn(client, authorizeQuery(client))).get('code')!,
    client_id: client.emulator.clientId,
    client_secret: client.emulator.clientSecret,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...change,
  });
  const good = await fields({});
  expect((await client.form('/services/oauth2/token', good)).status).toBe(200);
  expect((await client.form('/services/oauth2/token', good)).json).toEqual({
    error: 'invalid_grant',
    error_description: 'invalid authorization code',
  });
  const wrongVerifier = await client.form('/services/oauth2/token', await fields({ code_verifier: 'x'.repeat(43) }));
  expect(wrongVerifier.json.error_description).toBe('invalid code verifier');
  const wrongUri = await client.form(
    '/services/oauth2/token',
    await fields({ redirect_uri: 'http://localhost:1717/x' }),
  );
  expect(wrongUri.json.error).toBe('redirect_uri_mismatch');
  const wrongSecret = await client.form('/services/oauth2/token', await fields({ client_secret: 'x' }));
  expect(wrongSecret.json.error).toBe('invalid_client');
});

test('AUTH-1 a missing or plain challenge is refused at the callback, a foreign redirect address never left for', async () => {
  const client = await startClient();
  const { code_challenge: _challenge, code_challenge_method: _method, ...bare } = authorizeQuery(client);
  expect((await signIn(client, bare)).get('error')).toBe('invalid_request');
  const plain = await signIn(client, authorizeQuery(client, { code_challenge_method: 'plain' }));
  expect(plain.get('error_description')).toBe('invalid code challenge method');
  const foreign = new URLSearchParams(authorizeQuery(client, { redirect_uri: 'http://localhost:1718/OauthRedirect' }));
  const page = await client.call('GET', `/services/oauth2/authorize?${foreign}`);
  expect([page.status, page.headers.get('location')]).toEqual([400, null]);
});

test('AUTH-2 AUTH-3 denying sends access_denied with the state to the callback', async () => {
  const client = await startClient();
  const callback = await signIn(client, authorizeQuery(client), 'deny');
  expect(Object.fromEntries(callback)).toEqual({
    error: 'access_denied',
    error_description: 'end-user denied authorization',
    state: 'abc',
  });
});

test('AUTH-21 an app that is not installed ends at the callback with an approval error', async () => {
  const client = await startClient();
  client.emulator.registerApp({ clientId: client.emulator.clientId, installed: false });
  expect((await signIn(client, authorizeQuery(client))).get('error')).toBe('OAUTH_APPROVAL_ERROR_GENERIC');
});

test('the official CLI’s public client signs in with its long verifier and unnamed method', async () => {
  const client = await startClient();
  const long = 'v'.repeat(171);
  const callback = await signIn(client, {
    response_type: 'code',
    client_id: 'PlatformCLI',
    redirect_uri: redirectUri,
    state: '0123456789ab',
    prompt: 'login',
    scope: 'refresh_token api web',
    code_challenge: createHash('sha256').update(long).digest('base64url'),
  });
  const tokens = await client.form('/services/oauth2/token', {
    grant_type: 'authorization_code',
    code: callback.get('code')!,
    client_id: 'PlatformCLI',
    redirect_uri: redirectUri,
    code_verifier: long,
  });
  expect(tokens.json.refresh_token).toBeTruthy();
  const renewed = await client.form('/services/oauth2/token', {
    grant_type: 'refresh_token',
    client_id: 'PlatformCLI',
    refresh_token: tokens.json.refresh_token,
    code_verifier: long,
  });
  expect(renewed.status).toBe(200);
});

test('AUTH-13 a refresh without rotation answers no refresh token', async () => {
  const client = await startClient();
  const { json } = await webSignIn(client);
  const renewed = await refresh(client, json.refresh_token);
  expect(renewed.json.access_token).not.toBe(json.access_token);
  expect(renewed.json).not.toHaveProperty('refresh_token');
});

test('AUTH-11 AUTH-13 with strict rotation a spent refresh token revokes the family and its sessions', async () => {
  const client = await startClient({ rotation: 'strict' });
  const first = (await webSignIn(client)).json;
  const second = (await refresh(client, first.refresh_token)).json;
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const reuse = await refresh(client, first.refresh_token);
  expect(reuse.json).toEqual({ error: 'invalid_grant', error_description: 'expired access/refresh token' });
  expect((await refresh(client, second.refresh_token)).json.error).toBe('invalid_grant');
  const call = await client.call('GET', 'limits', undefined, { authorization: `Bearer ${second.access_token}` });
  expect(call.json[0]).toEqual({ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' });
});

test('with lenient rotation a spent refresh token is refused and nothing else happens', async () => {
  const client = await startClient({ rotation: 'lenient' });
  const first = (await webSignIn(client)).json;
  const second = (await refresh(client, first.refresh_token)).json;
  expect((await refresh(client, first.refresh_token)).status).toBe(400);
  expect((await refresh(client, second.refresh_token)).status).toBe(200);
});

test('AUTH-9 two refreshes in flight: the second is told that one is being processed', async () => {
  const client = await startClient({ rotation: 'lenient' });
  const { json } = await webSignIn(client);
  client.emulator.faults.add({ name: 'refresh-slow', effect: { ms: 50 } });
  const [a, b] = await Promise.all([refresh(client, json.refresh_token), refresh(client, json.refresh_token)]);
  const descriptions = [a, b].map(({ json: body }) => body.error_description);
  expect(descriptions.sort()).toEqual(['token request is already being processed', undefined]);
});

test('an unused refresh token ends after 30 days, a used one goes on', async () => {
  const client = await startClient();
  const { json } = await webSignIn(client);
  const days = (n: number) => client.emulator.clock.advance(n * 86_400_000);
  days(29);
  expect((await refresh(client, json.refresh_token)).status).toBe(200);
  days(29);
  expect((await refresh(client, json.refresh_token)).status).toBe(200);
  days(31);
  expect((await refresh(client, json.refresh_token)).json.error).toBe('invalid_grant');
});

test('a sixth grant of one user and app evicts the first', async () => {
  const client = await startClient();
  const tokens = [];
  for (let i = 0; i < 6; i++) tokens.push((await webSignIn(client)).json.refresh_token);
  expect((await refresh(client, tokens[0])).json.error).toBe('invalid_grant');
  expect((await refresh(client, tokens[1])).status).toBe(200);
});

test('AUTH-18 client credentials work in the body and as HTTP Basic, and give no refresh token', async () => {
  const client = await startClient();
  const { clientId, clientSecret } = client.emulator;
  const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await client.form('/services/oauth2/token', body);
  expect(answer.status).toBe(200);
  expect(answer.json).not.toHaveProperty('refresh_token');
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const header = { authorization: `Basic ${basic}` };
  expect((await client.form('/services/oauth2/token', { grant_type: 'client_credentials' }, header)).status).toBe(200);
});

test('AUTH-19 the password needs its security token behind it', async () => {
  const client = await startClient();
  const { clientId, clientSecret, username, password, securityToken } = client.emulator;
  const fields = { grant_type: 'password', client_id: clientId, client_secret: clientSecret, username };
  expect((await client.form('/services/oauth2/token', { ...fields, password: password + securityToken })).status).toBe(
    200,
  );
  const refused = await client.form('/services/oauth2/token', { ...fields, password });
  expect(refused.json).toEqual({ error: 'invalid_grant', error_description: 'authentication failure' });
});

test('AUTH-16 JWT assertions pass with exp in seconds, milliseconds or text and with either form of audience', async () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const client = await startClient({ jwtPublicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }) as string });
  const { clientId, username, url } = client.emulator;
  const now = Math.floor(Date.UTC(2026, 5, 1, 12) / 1000);
  const exchange = (claims: Record<string, unknown>, key = keys.privateKey) => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = { iss: clientId, sub: username, aud: 'https://login.salesforce.com', exp: now + 120, ...claims };
    const unsigned = `${part({ alg: 'RS256' })}.${part(payload)}`;
    const signature = createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url');
    return client.form('/services/oauth2/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${unsigned}.${signature}`,
    });
  };
  for (const claims of [
    {},
    { exp: (now + 120) * 1000 },
    { exp: String(now + 120) },
    { aud: `${url}/` },
    { aud: 'https://test.salesforce.com/' },
  ]) {
    const answer = await exchange(claims);
    expect([answer.status, answer.json.refresh_token], JSON.stringify(claims)).toEqual([200, undefined]);
  }
  expect((await exchange({ aud: 'https://elsewhere.example' })).json.error_description).toBe(
    'Audience validation failed',
  );
  expect((await exchange({ exp: now - 1 })).json.error).toBe('invalid_grant');
  expect((await exchange({ sub: 'nobody@example.com' })).json.error_description).toBe(
    "user hasn't approved this consumer",
  );
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  expect((await exchange({}, stranger)).json.error_description).toBe('invalid assertion');
});

test('AUTH-23 AUTH-24 revoking a refresh token ends its sessions; a bad token is refused in form encoding', async () => {
  const client = await startClient();
  const { json } = await webSignIn(client);
  const revoked = await client.form('/services/oauth2/revoke', { token: json.refresh_token });
  expect([revoked.status, revoked.text]).toEqual([200, '']);
  const call = await client.call('GET', 'limits', undefined, { authorization: `Bearer ${json.access_token}` });
  expect(call.status).toBe(401);
  const again = await client.form('/services/oauth2/revoke', { token: json.refresh_token });
  expect([again.status, new URLSearchParams(again.text).get('error')]).toEqual([400, 'invalid_token']);
});

test('AUTH-15 introspection tells when a session ends, and that an ended one is inactive', async () => {
  const client = await startClient();
  const { json } = await webSignIn(client);
  const { clientId, clientSecret } = client.emulator;
  const look = () =>
    client.form('/services/oauth2/introspect', {
      token: json.access_token,
      client_id: clientId,
      client_secret: clientSecret,
    });
  const now = client.emulator.clock.now() / 1000;
  expect((await look()).json).toMatchObject({ active: true, token_type: 'access_token', exp: now + 7200, iat: now });
  client.emulator.clock.advance(3 * 3_600_000);
  expect((await look()).json).toEqual({ active: false });
});

test('a session slides: each call starts its two hours anew', async () => {
  const client = await startClient();
  for (let i = 0; i < 3; i++) {
    client.emulator.clock.advance(100 * 60_000);
    expect((await client.call('GET', 'limits')).status).toBe(200);
  }
  client.emulator.clock.advance(121 * 60_000);
  expect((await client.call('GET', 'limits')).status).toBe(401);
});

test('AUTH-20 device flow is refused', async () => {
  const client = await startClient();
  const answer = await client.form('/services/oauth2/token', {
    response_type: 'device_code',
    client_id: 'PlatformCLI',
  });
  expect(answer.json.error).toBe('unsupported_grant_type');
});

test('SOAP login answers its elements in the order old clients count on, and is refused from version 65', async () => {
  const client = await startClient();
  const { username, password, securityToken } = client.emulator;
  const envelope = (pass: string) =>
    `<?xml version="1.0"?><env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>${username}</n1:username><n1:password>${pass}</n1:password></n1:login></env:Body></env:Envelope>`;
  const soap = (version: string, pass: string) =>
    client.call('POST', `/services/Soap/u/${version}`, envelope(pass), {
      'content-type': 'text/xml',
      soapaction: 'login',
    });
  const answer = await soap('59.0', password + securityToken);
  const result = /<result>(.*)<userInfo>/s.exec(answer.text)![1]!;
  expect([...result.matchAll(/<(\w+)>/g)].map(([, name]) => name)).toEqual([
    'metadataServerUrl',
    'passwordExpired',
    'sandbox',
    'serverUrl',
    'sessionId',
    'userId',
  ]);
  const session = /<sessionId>([^<]+)</.exec(answer.text)![1]!;
  const call = await client.call('GET', 'limits', undefined, { authorization: `OAuth ${session}` });
  expect(call.status).toBe(200);
  expect((await soap('59.0', password)).text).toContain('<faultcode>INVALID_LOGIN</faultcode>');
  expect((await soap('65.0', password + securityToken)).status).toBe(500);
});

import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A login host and org in one, written for these tests alone and as unforgiving as the real one: single-use refresh tokens,
 * reuse revokes the family, two refreshes at once collide, PKCE and redirect addresses match exactly.
 */
export interface StrictOrg {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Counted by kind: `token`, `refresh`, `reuse`, `collision`, `revoke`, `data`. */
  readonly counts: Record<string, number>;
  /** Every request line with its body, for assertions on what was sent. */
  readonly seen: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  /** Starts a sign-in as the browser flow would end one. */
  grant(): { accessToken: string; refreshToken: string };
  /** Ends every access token; refresh tokens live on. */
  expireAccessTokens(): void;
  revokeEverything(): void;
  /** Redirects the next authorisation: answers the URL the browser would be sent to. */
  authorize(url: string): string;
  /** First chance at any request; true when it has answered (or swallowed) it. */
  intercept: ((request: IncomingMessage, response: ServerResponse, body: string) => boolean) | undefined;
  settings: {
    rotation: boolean;
    expiresIn: number | undefined;
    instanceUrl: string;
    /** Held back this long before a token answer goes out. */
    answerDelayMs: () => number;
    publicKey: string | undefined;
    refreshRefusal: { error: string; error_description: string } | undefined;
  };
  close(): Promise<void>;
}

export const orgId = '00Dak0000001abcEAA';
export const userId = '005ak0000001xyzAAA';
export const username = 'ops@acme.example';
export const password = 'CANARY-pass-word';

export async function startStrictOrg(options: { canary?: string } = {}): Promise<StrictOrg> {
  const mark = options.canary ?? 'TEST';
  const clientId = 'test-app';
  const clientSecret = `${mark}secret${randomBytes(6).toString('hex')}`;
  const access = new Set<string>();
  const codes = new Map<string, { challenge: string; redirectUri: string }>();
  let refresh: { current: string; old: Set<string> } = { current: '', old: new Set() };
  let refreshing = false;
  const counts: Record<string, number> = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const newAccess = () => {
    const token = `00Dak0000001abc!${mark}${randomBytes(24).toString('hex')}`;
    access.add(token);
    return token;
  };
  const newRefresh = () => {
    if (refresh.current) refresh.old.add(refresh.current);
    refresh.current = `5Aep861${mark}${randomBytes(24).toString('hex')}`;
    return refresh.current;
  };

  const org: StrictOrg = {
    url: '',
    clientId,
    clientSecret,
    counts,
    seen: [],
    intercept: undefined,
    grant: () => {
      refresh = { current: '', old: new Set() };
      return { accessToken: newAccess(), refreshToken: newRefresh() };
    },
    expireAccessTokens: () => access.clear(),
    revokeEverything: () => {
      access.clear();
      refresh = { current: '', old: new Set([...refresh.old, refresh.current]) };
    },
    authorize(url) {
      const { searchParams } = new URL(url);
      const code = randomBytes(16).toString('hex');
      const redirectUri = searchParams.get('redirect_uri') ?? '';
      codes.set(code, { challenge: searchParams.get('code_challenge') ?? '', redirectUri });
      return `${redirectUri}?code=${code}&state=${encodeURIComponent(searchParams.get('state') ?? '')}`;
    },
    settings: {
      rotation: true,
      expiresIn: undefined,
      instanceUrl: '',
      answerDelayMs: () => 0,
      publicKey: undefined,
      refreshRefusal: undefined,
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, {
      'content-type': 'application/json;charset=UTF-8',
      ...(response.req.url?.startsWith('/services/data/v') ? { 'sforce-limit-info': 'api-usage=18/15000' } : {}),
    });
    response.end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, error: string, error_description: string) =>
    json(response, 400, { error, error_description });
  const tokenAnswer = (extra: Record<string, unknown>) => ({
    access_token: newAccess(),
    instance_url: org.settings.instanceUrl,
    id: `${org.url}/id/${orgId}/${userId}`,
    token_type: 'Bearer',
    issued_at: String(Date.now()),
    ...(org.settings.expiresIn === undefined ? {} : { expires_in: org.settings.expiresIn }),
    ...extra,
  });
  const later = (work: () => void) => {
    const delayMs = org.settings.answerDelayMs();
    if (delayMs > 0) setTimeout(work, delayMs);
    else work();
  };

  const token = (form: URLSearchParams, response: ServerResponse) => {
    count('token');
    const isApp = form.get('client_id') === clientId;
    const isConfidential = isApp && form.get('client_secret') === clientSecret;
    switch (form.get('grant_type')) {
      case 'client_credentials':
        if (!isApp) return refuse(response, 'invalid_client_id', 'client identifier invalid');
        if (!isConfidential) return refuse(response, 'invalid_client', 'invalid client credentials');
        return later(() => json(response, 200, tokenAnswer({})));
      case 'password':
        if (!isConfidential) return refuse(response, 'invalid_client', 'invalid client credentials');
        if (form.get('username') !== username || form.get('password') !== password) {
          return refuse(response, 'invalid_grant', 'authentication failure');
        }
        return later(() => json(response, 200, tokenAnswer({})));
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer': {
        const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
        const good =
          org.settings.publicKey !== undefined &&
          verify(
            'RSA-SHA256',
            Buffer.from(`${header}.${claims}`),
            createPublicKey(org.settings.publicKey),
            Buffer.from(signature, 'base64url'),
          );
        if (!good) return refuse(response, 'invalid_grant', 'invalid assertion');
        const { iss, sub, aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
        if (aud !== org.url) return refuse(response, 'invalid_grant', 'Audience validation failed');
        if (iss !== clientId || sub !== username || exp * 1000 > Date.now() + 185_000) {
          return refuse(response, 'invalid_grant', 'invalid assertion');
        }
        return later(() => json(response, 200, tokenAnswer({})));
      }
      case 'authorization_code': {
        const known = codes.get(form.get('code') ?? '');
        codes.delete(form.get('code') ?? '');
        if (!known) return refuse(response, 'invalid_grant', 'invalid authorization code');
        if (known.redirectUri !== form.get('redirect_uri'))
          return refuse(response, 'redirect_uri_mismatch', 'redirect_uri must match');
        const verifier = form.get('code_verifier') ?? '';
        if (
          !/^[\w.~-]{43,128}$/.test(verifier) ||
          createHash('sha256').update(verifier).digest('base64url') !== known.challenge
        ) {
          return refuse(response, 'invalid_grant', 'invalid code verifier');
        }
        return later(() =>
          json(response, 200, tokenAnswer({ refresh_token: newRefresh(), scope: 'api refresh_token' })),
        );
      }
      case 'refresh_token': {
        count('refresh');
        if (org.settings.refreshRefusal) return json(response, 400, org.settings.refreshRefusal);
        const given = form.get('refresh_token') ?? '';
        if (refreshing) {
          count('collision');
          return refuse(response, 'invalid_grant', 'token request is already being processed');
        }
        if (refresh.old.has(given)) {
          count('reuse');
          org.revokeEverything();
          return refuse(response, 'invalid_grant', 'expired access/refresh token');
        }
        if (given !== refresh.current) return refuse(response, 'invalid_grant', 'expired access/refresh token');
        refreshing = true;
        const body = tokenAnswer(org.settings.rotation ? { refresh_token: newRefresh() } : {});
        return later(() => {
          refreshing = false;
          json(response, 200, body);
        });
      }
      default:
        return refuse(response, 'unsupported_grant_type', 'grant type not supported');
    }
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const path = request.url ?? '/';
      org.seen.push({ method: request.method ?? '', path, headers: request.headers, body });
      if (org.intercept?.(request, response, body)) return;
      if (path === '/__emulator/credentials') {
        return json(response, 200, { clientId, clientSecret, username, password, securityToken: '' });
      }
      if (path === '/services/oauth2/token') return token(new URLSearchParams(body), response);
      if (path === '/services/oauth2/introspect') return refuse(response, 'invalid_client', 'not allowed');
      if (path === '/services/oauth2/revoke') {
        count('revoke');
        const given = new URLSearchParams(body).get('token') ?? '';
        if (given !== refresh.current && !access.has(given)) {
          response.writeHead(400, { 'content-type': 'application/x-www-form-urlencoded' });
          return void response.end('error=invalid_token&error_description=the+token+is+not+valid');
        }
        org.revokeEverything();
        response.writeHead(200);
        return void response.end();
      }
      if (path === '/services/data') {
        return json(response, 200, [
          { label: "Spring '26", url: '/services/data/v66.0', version: '66.0' },
          { label: 'Far future', url: '/services/data/v99.0', version: '99.0' },
        ]);
      }
      count('data');
      const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
      if (!bearer || !access.has(bearer)) {
        return json(response, 401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
      }
      if (path === '/services/oauth2/userinfo') {
        return json(response, 200, {
          organization_id: orgId,
          user_id: userId,
          preferred_username: username,
          name: 'Olga Ops',
        });
      }
      if (path.includes('FROM%20Organization')) {
        const row = {
          Name: 'Acme',
          OrganizationType: 'Enterprise Edition',
          IsSandbox: false,
          TrialExpirationDate: null,
        };
        return json(response, 200, { totalSize: 1, done: true, records: [row] });
      }
      if (path.endsWith('/echo')) return json(response, 200, { echo: body });
      return json(response, 200, { totalSize: 0, done: true, records: [] });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  org.settings.instanceUrl = url;
  return Object.assign(org, { url });
}

import { createHmac } from 'node:crypto';
import { sameText } from '../../../../platform/loopback.ts';
import { type Answer, type Call, formFields } from '../server/call.ts';
import type { World } from '../world.ts';
import type { ConnectedApp } from './apps.ts';
import { readAssertion, verifyAssertion } from './jwt.ts';
import { OAuthError } from './oauth-error.ts';
import { checkVerifier } from './pkce.ts';
import { activeUser, findUser } from './users.ts';

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const wantsRefresh = /(?:^|\s)(?:refresh_token|offline_access)(?:\s|$)/;

interface Issue {
  app: ConnectedApp;
  userId: string;
  scope: string;
  grantId?: string;
  refreshToken?: string;
  sent?: () => void;
}

/** `POST /services/oauth2/token`, every grant. There is no `expires_in` and `issued_at` is text (facts 3.1, 3.2). */
export function exchangeToken(call: Call, world: World): Answer {
  const fields = formFields(call);
  const grantType = fields.get('grant_type');
  switch (grantType) {
    case 'authorization_code':
      return issue(call, world, authorizationCode(call, fields, world));
    case 'refresh_token':
      return issue(call, world, refreshToken(call, fields, world));
    case 'client_credentials':
      return issue(call, world, clientCredentials(call, fields, world));
    case 'password':
      return issue(call, world, usernamePassword(call, fields, world));
    case jwtBearer:
      return issue(call, world, assertion(call, fields, world));
    default:
      throw new OAuthError('unsupported_grant_type', 'grant type not supported');
  }
}

function authorizationCode(call: Call, fields: URLSearchParams, world: World): Issue {
  const app = authenticateApp(call, fields, world);
  const code = world.grants.redeemCode(fields.get('code'));
  if (code.clientId !== app.clientId) throw new OAuthError('invalid_grant', 'invalid authorization code');
  if (code.redirectUri !== fields.get('redirect_uri')) {
    throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  checkVerifier(code.challenge, fields.get('code_verifier'), app.strictPkce);
  const user = activeUser(world.org, code.userId);
  if (!wantsRefresh.test(code.scope)) return { app, userId: user.id, scope: code.scope };
  const grant = world.grants.create({ clientId: app.clientId, userId: user.id, scope: code.scope });
  return { app, userId: user.id, scope: code.scope, grantId: grant.id, refreshToken: grant.refreshToken };
}

function refreshToken(call: Call, fields: URLSearchParams, world: World): Issue {
  const app = authenticateApp(call, fields, world);
  const { grant, rotated, finish } = world.grants.refresh(fields.get('refresh_token'), app.clientId);
  try {
    activeUser(world.org, grant.userId);
  } catch (error) {
    finish();
    throw error;
  }
  const renewed = rotated ? { refreshToken: grant.refreshToken } : {};
  return { app, userId: grant.userId, scope: grant.scope, grantId: grant.id, ...renewed, sent: finish };
}

function clientCredentials(call: Call, fields: URLSearchParams, world: World): Issue {
  const app = authenticateApp(call, fields, world);
  if (!app.clientSecret) throw new OAuthError('invalid_client', 'invalid client credentials');
  const user = app.runAs === undefined ? undefined : findUser(world.org, app.runAs);
  if (!user) throw new OAuthError('invalid_grant', 'no client credentials user enabled');
  return { app, userId: activeUser(world.org, user.id).id, scope: 'api web' };
}

function usernamePassword(call: Call, fields: URLSearchParams, world: World): Issue {
  const app = authenticateApp(call, fields, world);
  refuseUninstalled(app);
  const user = findUser(world.org, fields.get('username') ?? '');
  if (!user || !sameText(fields.get('password') ?? '', world.password + world.securityToken)) {
    throw new OAuthError('invalid_grant', 'authentication failure');
  }
  return { app, userId: activeUser(world.org, user.id).id, scope: 'api web' };
}

function assertion(call: Call, fields: URLSearchParams, world: World): Issue {
  const token = fields.get('assertion') ?? '';
  const { clientId, username, claims } = readAssertion(token);
  const app = world.apps.find(clientId);
  if (!app) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  if (!app.publicKey) throw new OAuthError('invalid_grant', 'invalid assertion');
  const audiences = ['https://login.salesforce.com', 'https://test.salesforce.com', ...ownOrigins(call, world)];
  verifyAssertion(token, claims, { publicKey: app.publicKey, audiences, now: world.hostNow() });
  const user = findUser(world.org, username);
  if (!user || !app.installed) throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
  return { app, userId: activeUser(world.org, user.id).id, scope: 'api web' };
}

/** The emulator answers on both loopback names, so a client may name either as audience. */
function ownOrigins(call: Call, world: World): string[] {
  const url = new URL(world.instanceUrl(call.origin));
  return ['127.0.0.1', 'localhost'].map((host) => `${url.protocol}//${host}:${url.port}`);
}

/** The app by `client_id` and, when it has a secret, by that: in the form or as HTTP Basic. */
export function authenticateApp(call: Call, fields: URLSearchParams, world: World): ConnectedApp {
  const [basicId, basicSecret] = basicCredentials(call.headers.authorization);
  const app = world.apps.find(basicId ?? fields.get('client_id'));
  if (!app) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  const secret = basicSecret ?? fields.get('client_secret') ?? undefined;
  if (app.clientSecret === undefined ? secret : !sameText(secret ?? '', app.clientSecret)) {
    throw new OAuthError('invalid_client', 'invalid client credentials');
  }
  return app;
}

export function refuseUninstalled(app: ConnectedApp): void {
  if (!app.installed) {
    throw new OAuthError(
      'OAUTH_APPROVAL_ERROR_GENERIC',
      'An unexpected error has occurred during authentication. Please try again.',
    );
  }
}

function basicCredentials(header: string | undefined): [string, string] | [undefined, undefined] {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return [undefined, undefined];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return [formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1))];
}

/** RFC 6749 2.3.1: both parts are form-encoded inside Basic. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function issue(call: Call, world: World, { app, userId, scope, grantId, refreshToken, sent }: Issue): Answer {
  const session = world.sessions.start({ userId, clientId: app.clientId, grantId, scope });
  const id = `${call.origin}/id/${world.org.orgId}/${userId}`;
  const issuedAt = String(world.org.clock.now());
  const signature = createHmac('sha256', app.clientSecret ?? '')
    .update(id + issuedAt)
    .digest('base64');
  return {
    status: 200,
    headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
    json: {
      access_token: session.token,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      signature,
      scope,
      instance_url: world.instanceUrl(call.origin),
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
    },
    ...(sent ? { sent } : {}),
  };
}

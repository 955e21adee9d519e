import type { Answer, Call } from '../server/call.ts';
import { formFields } from '../server/call.ts';
import type { World } from '../world.ts';
import { tokenOf } from './sessions.ts';
import { authenticateApp } from './token.ts';
import { loadUser } from './users.ts';

/** `/services/oauth2/userinfo` and `/id/{orgId}/{userId}`: who is signed in, and where the org's APIs are. */
export function answerIdentity(call: Call, world: World): Answer {
  const session = world.sessions.use(tokenOf(call.headers) ?? call.query.get('access_token') ?? undefined);
  if (!session) return { status: 403, headers: { 'content-type': 'text/plain' }, bytes: 'Bad_OAuth_Token' };
  const { orgId } = world.org;
  if (call.params.org !== undefined && call.params.org.slice(0, 15) !== orgId.slice(0, 15)) {
    return { status: 403, headers: { 'content-type': 'text/plain' }, bytes: 'Wrong_Org' };
  }
  const user = loadUser(world.org, session.userId);
  const url = `${call.origin}/id/${orgId}/${user.id}`;
  return {
    status: 200,
    json: {
      sub: url,
      id: url,
      asserted_user: true,
      user_id: user.id,
      organization_id: orgId,
      preferred_username: user.username,
      username: user.username,
      nickname: user.username.split('@')[0],
      name: user.name,
      display_name: user.name,
      email: user.email,
      email_verified: true,
      given_name: user.firstName,
      first_name: user.firstName,
      family_name: user.lastName,
      last_name: user.lastName,
      zoneinfo: user.timeZone,
      timezone: user.timeZone,
      photos: {},
      address: {},
      urls: apiUrls(world, world.instanceUrl(call.origin), user.id),
      active: user.active,
      user_type: 'STANDARD',
      language: user.language,
      locale: user.locale,
      utcOffset: utcOffsetMs(user.timeZone, world.org.clock.now()),
      updated_at: user.modifiedAt,
      last_modified_date: user.modifiedAt,
      is_salesforce_integration_user: false,
      is_app_installed: world.apps.find(session.clientId)?.installed ?? true,
    },
  };
}

function apiUrls(world: World, instance: string, userId: string): Record<string, string> {
  const data = `${instance}/services/data/v{version}`;
  return {
    enterprise: `${instance}/services/Soap/c/{version}/${world.org.orgId.slice(0, 15)}`,
    metadata: `${instance}/services/Soap/m/{version}/${world.org.orgId.slice(0, 15)}`,
    partner: `${instance}/services/Soap/u/{version}/${world.org.orgId.slice(0, 15)}`,
    rest: `${data}/`,
    sobjects: `${data}/sobjects/`,
    search: `${data}/search/`,
    query: `${data}/query/`,
    recent: `${data}/recent/`,
    tooling_soap: `${instance}/services/Soap/T/{version}/${world.org.orgId.slice(0, 15)}`,
    tooling_rest: `${data}/tooling/`,
    profile: `${instance}/${userId}`,
    custom_domain: instance,
  };
}

/** Milliseconds east of UTC in standard time (January), as the identity endpoint gives it. */
function utcOffsetMs(timeZone: string, now: number): number {
  const january = Date.UTC(new Date(now).getUTCFullYear(), 0, 15, 12);
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(january);
  const [, sign, hours, minutes] =
    /GMT([+-])(\d\d):(\d\d)/.exec(parts.find((p) => p.type === 'timeZoneName')!.value) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** `/services/oauth2/introspect` (RFC 7662): needs the client's own credentials. */
export function introspectToken(call: Call, world: World): Answer {
  const fields = formFields(call);
  const app = authenticateApp(call, fields, world);
  const token = fields.get('token') ?? '';
  const headers = { 'cache-control': 'no-store' };
  const session = world.sessions.peek(token);
  const grant = world.grants.find(token);
  const holder = session ?? grant;
  if (!holder || holder.clientId !== app.clientId) return { status: 200, headers, json: { active: false } };
  const user = loadUser(world.org, holder.userId);
  const seconds = (ms: number) => Math.floor(ms / 1000);
  const issuedAt = seconds(holder.createdAt);
  return {
    status: 200,
    headers,
    json: {
      active: true,
      scope: holder.scope,
      client_id: holder.clientId,
      username: user.username,
      sub: `${call.origin}/id/${world.org.orgId}/${user.id}`,
      token_type: session ? 'access_token' : 'refresh_token',
      ...(session ? { exp: seconds(world.sessions.expiresAt(session)) } : {}),
      iat: issuedAt,
      nbf: issuedAt,
    },
  };
}

/** `/services/oauth2/revoke`: 200 and empty; a bad token is refused in form encoding. */
export function revokeToken(call: Call, world: World): Answer {
  const token = formFields(call).get('token') ?? '';
  const grant = world.grants.find(token);
  if (grant) world.grants.revoke(grant);
  else if (world.sessions.end((session) => session.token === token) === 0) {
    return {
      status: 400,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      bytes: new URLSearchParams({ error: 'invalid_token', error_description: 'expired or unknown token' }).toString(),
    };
  }
  return { status: 200, bytes: '' };
}

export function describeOpenId(call: Call): Answer {
  const oauth = `${call.origin}/services/oauth2`;
  return {
    status: 200,
    json: {
      issuer: call.origin,
      authorization_endpoint: `${oauth}/authorize`,
      token_endpoint: `${oauth}/token`,
      revocation_endpoint: `${oauth}/revoke`,
      introspection_endpoint: `${oauth}/introspect`,
      userinfo_endpoint: `${oauth}/userinfo`,
      scopes_supported: ['api', 'web', 'id', 'openid', 'profile', 'refresh_token', 'offline_access', 'full'],
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      subject_types_supported: ['public'],
      display_values_supported: ['page'],
    },
  };
}

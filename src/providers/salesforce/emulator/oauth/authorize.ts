import { type Answer, type Call, formFields } from '../server/call.ts';
import type { World } from '../world.ts';
import type { PendingApproval } from './approvals.ts';
import type { ConnectedApp } from './apps.ts';
import { renderMessagePage, renderSignInPage } from './authorize-page.ts';
import { OAuthError } from './oauth-error.ts';
import { checkChallenge } from './pkce.ts';
import { findUser } from './users.ts';

/**
 * `GET /services/oauth2/authorize`: the sign-in and approval page. Until client and redirect address are known to belong
 * together every failure is a page; from then on failures travel to the callback (RFC 6749 4.1.2.1).
 */
export function showAuthorizePage(call: Call, world: World): Answer {
  const fields = call.query;
  const app = world.apps.find(fields.get('client_id'));
  if (!app) return page(400, renderMessagePage('invalid_client_id', 'client identifier invalid'));
  const redirectUri = fields.get('redirect_uri') ?? '';
  if (!app.redirectUris.includes(redirectUri)) {
    return page(400, renderMessagePage('redirect_uri_mismatch', 'redirect_uri must match configuration'));
  }
  const state = fields.get('state');
  try {
    const request = checkRequest(app, fields, world);
    const ticket = world.approvals.open({ clientId: app.clientId, redirectUri, state, ...request });
    return signInPage(world, app, ticket, '');
  } catch (error) {
    if (error instanceof OAuthError)
      return callback(redirectUri, { error: error.error, error_description: error.message }, state);
    throw error;
  }
}

function checkRequest(app: ConnectedApp, fields: URLSearchParams, world: World) {
  if (fields.get('response_type') !== 'code') {
    throw new OAuthError('unsupported_response_type', 'response type must be code');
  }
  const challenge = checkChallenge(fields, {
    required: app.strictPkce && world.settings.pkce === 'required',
    strict: app.strictPkce,
  });
  const asked = (fields.get('scope') ?? app.scopes.join(' ')).split(/\s+/).filter(Boolean);
  const refused = asked.find((scope) => !app.scopes.includes(scope));
  if (refused !== undefined) throw new OAuthError('invalid_scope', 'the requested scope is not allowed');
  return { scope: asked.join(' '), challenge };
}

/** `POST` of the page's own form: username, password, allow or deny. */
export function decideAuthorization(call: Call, world: World): Answer {
  const fields = formFields(call);
  const ticket = fields.get('ticket');
  const pending = world.approvals.peek(ticket);
  const app = pending && world.apps.find(pending.clientId);
  if (!pending || !app)
    return page(400, renderMessagePage('expired', 'This page has expired. Start the sign-in again.'));
  if (fields.get('decision') === 'deny') {
    world.approvals.close(ticket!);
    const denied = { error: 'access_denied', error_description: 'end-user denied authorization' };
    return callback(pending.redirectUri, denied, pending.state);
  }
  const user = findUser(world.org, fields.get('username') ?? '');
  if (!user || fields.get('password') !== world.password) {
    return signInPage(world, app, ticket!, 'Please check your username and password.');
  }
  world.approvals.close(ticket!);
  if (!user.active)
    return callback(
      pending.redirectUri,
      { error: 'inactive_user', error_description: 'user is inactive' },
      pending.state,
    );
  if (!app.installed) {
    const blocked = {
      error: 'OAUTH_APPROVAL_ERROR_GENERIC',
      error_description: 'An unexpected error has occurred during authentication. Please try again.',
    };
    return callback(pending.redirectUri, blocked, pending.state);
  }
  return callback(pending.redirectUri, { code: issueCode(world, pending, user.id) }, pending.state);
}

function issueCode(world: World, pending: PendingApproval, userId: string): string {
  const { clientId, redirectUri, scope, challenge } = pending;
  return world.grants.issueCode({ clientId, redirectUri, scope, challenge, userId });
}

function signInPage(world: World, app: ConnectedApp, ticket: string, problem: string): Answer {
  const scopes = world.approvals.peek(ticket)!.scope.split(' ');
  return page(200, renderSignInPage({ appName: app.name, scopes, ticket, problem }));
}

function callback(redirectUri: string, parameters: Record<string, string>, state: string | null): Answer {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (state !== null) url.searchParams.set('state', state);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' } };
}

function page(status: number, html: string): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=UTF-8',
      'cache-control': 'no-store',
      // No form-action: browsers apply it to the redirect after the form as well, which leaves for the callback's port.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
    bytes: html,
  };
}

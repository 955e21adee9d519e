import { createHash, randomBytes } from 'node:crypto';

/** One web sign-in's secrets and address (RFC 7636 PKCE with S256; RFC 8252). */
export interface Authorization {
  url: string;
  redirectUri: string;
  state: string;
  verifier: string;
}

export const callbackPath = '/OauthRedirect';
/** Exactly what amp needs. `full` would hand over everything the user may do. */
export const scopes = 'api refresh_token offline_access';

/** A new state (192 bits) and verifier (43 characters) each time. Salesforce takes `localhost`, never 127.0.0.1. */
export function startAuthorization(loginUrl: string, clientId: string, port: number): Authorization {
  const state = randomBytes(24).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `http://localhost:${port}${callbackPath}`;
  const url = new URL('/services/oauth2/authorize', loginUrl);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: codeChallenge(verifier),
    code_challenge_method: 'S256',
    scope: scopes,
    prompt: 'login',
  }).toString();
  return { url: url.href, redirectUri, state, verifier };
}

export function codeChallenge(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

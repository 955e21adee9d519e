import { createHash } from 'node:crypto';
import { OAuthError } from './oauth-error.ts';

/** Checks an authorize request's challenge (RFC 7636). Returns the challenge to hold the code to. */
export function checkChallenge(
  fields: URLSearchParams,
  rules: { required: boolean; strict: boolean },
): string | undefined {
  const challenge = fields.get('code_challenge') ?? undefined;
  const method = fields.get('code_challenge_method') ?? (rules.strict ? 'plain' : 'S256');
  if (challenge === undefined) {
    if (rules.required) throw new OAuthError('invalid_request', 'missing required code challenge');
    return undefined;
  }
  if (method !== 'S256') throw new OAuthError('invalid_request', 'invalid code challenge method');
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) throw new OAuthError('invalid_request', 'invalid code challenge');
  return challenge;
}

/** The verifier must hash to the challenge; strict apps hold it to the 43–128 characters of the RFC. */
export function checkVerifier(challenge: string | undefined, verifier: string | null, strict: boolean): void {
  if (challenge === undefined) return;
  const wellFormed = verifier !== null && (!strict || /^[A-Za-z0-9\-._~]{43,128}$/.test(verifier));
  if (!wellFormed || createHash('sha256').update(verifier).digest('base64url') !== challenge) {
    throw new OAuthError('invalid_grant', 'invalid code verifier');
  }
}

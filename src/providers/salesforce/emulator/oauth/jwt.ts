import { createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { OAuthError } from './oauth-error.ts';

export interface Assertion {
  clientId: string;
  username: string;
}

interface Claims {
  iss?: unknown;
  sub?: unknown;
  prn?: unknown;
  aud?: unknown;
  exp?: unknown;
}

const invalid = (description = 'invalid assertion') => new OAuthError('invalid_grant', description);

/** Reads an assertion's claims without trusting them, to find the app whose key verifies it. */
export function readAssertion(token: string): Assertion & { claims: Claims } {
  const [header, payload] = token.split('.').map(decodePart);
  if (header?.alg !== 'RS256' || !payload) throw invalid();
  const { iss, sub, prn } = payload;
  const username = sub ?? prn;
  if (typeof iss !== 'string' || typeof username !== 'string') throw invalid();
  return { clientId: iss, username, claims: payload };
}

/**
 * Checks signature, audience and expiry (RFC 7523). `exp` comes in seconds, in milliseconds (the official CLI) or as a numeric
 * string; the audience with or without a trailing slash.
 */
export function verifyAssertion(
  token: string,
  claims: Claims,
  expected: { publicKey: string; audiences: string[]; now: number },
): void {
  const dot = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(dot + 1), 'base64url');
  if (!verify('sha256', Buffer.from(token.slice(0, dot)), keyOf(expected.publicKey), signature)) throw invalid();
  const audiences = (Array.isArray(claims.aud) ? claims.aud : [claims.aud]).map((aud) =>
    String(aud).replace(/\/$/, ''),
  );
  if (!audiences.some((audience) => expected.audiences.includes(audience))) throw invalid('Audience validation failed');
  const exp = Number(claims.exp);
  if (!Number.isFinite(exp)) throw invalid();
  const expiresAt = exp > 1e11 ? exp : exp * 1000;
  if (expiresAt <= expected.now) throw invalid('expired authorization code');
}

function keyOf(pem: string): KeyObject {
  return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

function decodePart(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

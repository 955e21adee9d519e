import { createHmac, randomBytes } from 'node:crypto';
import { AmpError } from '../../errors/amp-error.ts';

/**
 * Signing as Svix and Standard Webhooks define it: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body` with the decoded
 * secret. While a secret is being rotated both signatures travel, separated by a space, the new one first.
 */
export type SigningKey = Buffer;

/** A new secret: `whsec_` + base64 of 32 random bytes. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The key inside a `whsec_…` secret. Throws `destination-secret-invalid`. */
export function parseSigningSecret(secret: string): SigningKey {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? '';
  const key = Buffer.from(encoded, 'base64');
  const isCanonical = key.toString('base64') === encoded;
  if (!isCanonical || key.length < 24 || key.length > 64) {
    throw new AmpError({
      code: 'destination-secret-invalid',
      message: 'The signing secret is not whsec_ followed by base64 of 24 to 64 bytes.',
    });
  }
  return key;
}

/** `timestampS` in whole seconds; `body` the exact bytes sent. */
export function sign(key: SigningKey, id: string, timestampS: number, body: Uint8Array): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestampS}.`).update(body).digest('base64')}`;
}

/** The headers of one attempt, under both families of names: libraries read one or the other. */
export function signatureHeaders(
  keys: readonly SigningKey[],
  message: { id: string; timestampS: number; body: Uint8Array },
): Record<string, string> {
  const timestamp = String(message.timestampS);
  const signature = keys.map((key) => sign(key, message.id, message.timestampS, message.body)).join(' ');
  return {
    'svix-id': message.id,
    'svix-timestamp': timestamp,
    'svix-signature': signature,
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  };
}

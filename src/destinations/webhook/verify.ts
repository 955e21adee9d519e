import { timingSafeEqual } from 'node:crypto';
import { type SigningKey, sign } from './sign.ts';

export type Verification =
  | { valid: true; id: string; timestampS: number }
  | { valid: false; reason: 'headers-missing' | 'timestamp-invalid' | 'too-old' | 'too-new' | 'no-match' };

export interface ReceivedMessage {
  /** Names in any case; the `svix-` or the `webhook-` family. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  body: Uint8Array;
}

const toleranceS = 300;

/**
 * Verifies one received message (Svix "Verifying webhooks manually"; Standard Webhooks): all three headers, a stamp within
 * five minutes either way, and one listed `v1` signature that equals ours over its full length, compared in constant time
 * (CVE-2024-21491 accepted prefixes). Versions we do not know are skipped.
 */
export function verifySignature(received: ReceivedMessage, keys: readonly SigningKey[], nowMs: number): Verification {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(received.headers)) {
    if (typeof value === 'string') headers.set(name.toLowerCase(), value);
  }
  const families = ['svix', 'webhook'].map((family) =>
    ['id', 'timestamp', 'signature'].map((name) => headers.get(`${family}-${name}`) ?? ''),
  );
  // One family must be whole: headers of two are never mixed.
  const whole = families.find((values) => values.every((value) => value !== ''));
  if (!whole) return { valid: false, reason: 'headers-missing' };
  const [id, timestamp, signatures] = whole as [string, string, string];
  if (!/^\d{1,12}$/.test(timestamp)) return { valid: false, reason: 'timestamp-invalid' };
  const timestampS = Number(timestamp);
  const nowS = Math.floor(nowMs / 1000);
  if (nowS - timestampS > toleranceS) return { valid: false, reason: 'too-old' };
  if (timestampS - nowS > toleranceS) return { valid: false, reason: 'too-new' };
  const given = signatures.split(' ').filter((entry) => entry.startsWith('v1,'));
  for (const key of keys) {
    const expected = Buffer.from(sign(key, id, timestampS, received.body));
    for (const entry of given) {
      const candidate = Buffer.from(entry);
      if (candidate.length === expected.length && timingSafeEqual(candidate, expected)) {
        return { valid: true, id, timestampS };
      }
    }
  }
  return { valid: false, reason: 'no-match' };
}

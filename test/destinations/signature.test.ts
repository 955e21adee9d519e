import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { newSigningSecret, parseSigningSecret, sign, signatureHeaders } from '../../src/destinations/webhook/sign.ts';
import { verifySignature } from '../../src/destinations/webhook/verify.ts';

const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampS: 1614265330,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const key = parseSigningSecret(vector.secret);
const now = vector.timestampS * 1000;
const headersWith = (signature: string, timestamp = String(vector.timestampS)) => ({
  'Svix-Id': vector.id,
  'svix-timestamp': timestamp,
  'svix-signature': signature,
});
const verify = (headers: Record<string, string>, body: Uint8Array = vector.body, at = now) =>
  verifySignature({ headers, body }, [key], at);

describe('signatures', () => {
  test('the published vector, and its variants', () => {
    expect(sign(key, vector.id, vector.timestampS, vector.body)).toBe(vector.signature);
    expect(verify(headersWith(vector.signature))).toEqual({
      valid: true,
      id: vector.id,
      timestampS: vector.timestampS,
    });
    expect(verify(headersWith(`v1a,AAAA v1,AAAA ${vector.signature}`)).valid).toBe(true);
    for (const signature of [
      'v1,',
      'v1,g0hM',
      'v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      '',
      `${vector.signature}=`,
    ]) {
      expect(verify(headersWith(signature)).valid).toBe(false);
    }
    expect(
      verify({ 'svix-id': vector.id, 'webhook-timestamp': '1614265330', 'svix-signature': vector.signature }),
    ).toEqual({
      valid: false,
      reason: 'headers-missing',
    });
  });

  test('five minutes either way pass, a second more does not', () => {
    for (const [offsetS, valid] of [
      [300, true],
      [-300, true],
      [301, false],
      [-301, false],
    ] as const) {
      expect(verify(headersWith(vector.signature), vector.body, now + offsetS * 1000).valid).toBe(valid);
    }
    expect(verify(headersWith(vector.signature, '1614265330.0')).valid).toBe(false);
  });

  test('every flipped bit of id, timestamp, body and signature is refused', () => {
    const flips = (text: string) =>
      Array.from({ length: text.length * 7 }, (_, bit) => {
        const bytes = Buffer.from(text, 'latin1');
        bytes[Math.floor(bit / 7)]! ^= 1 << (bit % 7);
        return bytes;
      });
    for (const id of flips(vector.id)) {
      expect(verify({ ...headersWith(vector.signature), 'Svix-Id': id.toString('latin1') }).valid).toBe(false);
    }
    for (const stamp of flips(String(vector.timestampS))) {
      expect(verify(headersWith(vector.signature, stamp.toString('latin1'))).valid).toBe(false);
    }
    for (const body of flips(vector.body.toString()))
      expect(verify(headersWith(vector.signature), body).valid).toBe(false);
    for (const signature of flips(vector.signature)) {
      expect(verify(headersWith(signature.toString('latin1'))).valid).toBe(false);
    }
  });

  test('standardwebhooks accepts what we sign and we accept what it signs', () => {
    const secret = newSigningSecret();
    const theirs = new Webhook(secret);
    const ours = parseSigningSecret(secret);
    fc.assert(
      fc.property(fc.json(), fc.stringMatching(/^[A-Za-z0-9]{10,40}$/), (text, tail) => {
        const at = Date.now();
        const body = Buffer.from(text);
        const id = `msg_${tail}`;
        const headers = signatureHeaders([ours], { id, timestampS: Math.floor(at / 1000), body });
        expect(() => theirs.verify(body, headers)).not.toThrow();
        const signature = theirs.sign(id, new Date(at), body);
        const received = {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at / 1000)),
          'webhook-signature': signature,
        };
        expect(verifySignature({ headers: received, body }, [ours], at).valid).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  test('a secret is whsec_ and base64 of 24 to 64 bytes, nothing else', () => {
    expect(parseSigningSecret(newSigningSecret())).toHaveLength(32);
    for (const secret of [
      '',
      'whsec_',
      'whsec_AAAA',
      newSigningSecret().slice(6),
      `${newSigningSecret()}\r\n`,
      'whsec_%%%',
    ]) {
      expect(() => parseSigningSecret(secret)).toThrow(/whsec_/);
    }
  });
});

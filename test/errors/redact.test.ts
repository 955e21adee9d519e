import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/credentials/secret.ts';
import { holdSecret, redact } from '../../src/errors/redact.ts';

const token = '00Dak0000001abc!AQEAQCANARY.wXyZ_09';

describe('what a log line may not show', () => {
  test.each([
    ['a session id', `sent ${token} to the org`],
    ['a session id in a URL', `/secur/frontdoor.jsp?sid=${encodeURIComponent(token)}`],
    ['a bearer header', `authorization: Bearer ${token}`],
    ['an Authorization header as JSON', `{"Authorization":"Bearer opaqueCANARY123"}`],
    ['a basic header', 'Basic Q0FOQVJZOkNBTkFSWQ=='],
    ['a refresh token', '5Aep861CANARY._x9'],
    ['a webhook secret', 'whsec_CANARYMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJDQU5BUlkiOjF9.CANARY'],
    ['a form field', 'grant_type=refresh_token&refresh_token=CANARY&client_secret=CANARY2'],
    ['a JSON field', '{"access_token": "CANARY", "id":"x"}'],
    ['a JSON field inside a JSON text', JSON.stringify({ body: '{"client_secret":"CANARY"}' })],
    ['an authorisation code', 'http://localhost:1717/OauthRedirect?code=CANARY&state=abc'],
    ['a SOAP session', '<sessionId>CANARY</sessionId>'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----'],
    ['a cut private key', '-----BEGIN PRIVATE KEY-----\nCANARY\nCANARY'],
    ['a signed download', 'https://127.0.0.1/files/1?expires=9&signature=CANARY'],
  ])('%s', (_, line) => {
    expect(line).toMatch(/CANARY|Q0FOQVJZ/);
    expect(redact(line)).not.toMatch(/CANARY|Q0FOQVJZ/);
    expect(redact(line)).toContain('[redacted]');
  });

  test('a value this process has held as a Secret, whatever it looks like', () => {
    new Secret('correct horse "battery"');
    expect(redact('the org said: correct horse "battery" is wrong')).toBe('the org said: [redacted] is wrong');
    expect(redact('q=correct%20horse%20%22battery%22')).toBe('q=[redacted]');
    expect(redact(JSON.stringify({ a: 'correct horse "battery"' }))).toBe('{"a":"[redacted]"}');
  });
});

test.each([
  'code=INVALID_FIELD on Account',
  'No such column Basic on sobject of type Bar',
  'the bearer of this ticket',
  '{"status":400,"errorCode":"INVALID_SESSION_ID","code":"org-sign-in-expired"}',
  'GET /services/data/v66.0/query?q=SELECT+Id+FROM+Account 200 18ms',
])('ordinary text stays as it is: %s', (line) => {
  expect(redact(line)).toBe(line);
});

test('any held secret is gone from any surrounding text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), fc.string(), fc.string(), (secret, before, after) => {
      holdSecret(secret);
      expect(redact(before + secret + after).includes(secret)).toBe(false);
    }),
  );
});

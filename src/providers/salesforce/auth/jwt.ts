import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { AmpError } from '../../../errors/amp-error.ts';

/** The JWT bearer flow's assertion (RFC 7523; Salesforce help, "OAuth 2.0 JWT Bearer Flow"): RS256, three minutes at most. */
export interface Assertion {
  clientId: string;
  username: string;
  audience: string;
}

const assertionLifetimeSeconds = 180;

export function signAssertion(assertion: Assertion, key: KeyObject, now: number): string {
  const header = encode({ alg: 'RS256', typ: 'JWT' });
  const claims = encode({
    iss: assertion.clientId,
    sub: assertion.username,
    aud: assertion.audience,
    exp: Math.floor(now / 1000) + assertionLifetimeSeconds,
  });
  const signature = sign('RSA-SHA256', Buffer.from(`${header}.${claims}`), key).toString('base64url');
  return `${header}.${claims}.${signature}`;
}

/** PKCS1 or PKCS8 PEM, as it is or as one base64 text (the way CI secrets often hold it). Throws `org-key-unusable`. */
export function parsePrivateKey(text: string): KeyObject {
  const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  if (!pem.includes('-----BEGIN')) throw unusable('The private key is neither PEM nor base64 of a PEM.');
  if (/BEGIN (?:X509 )?CERTIFICATE|BEGIN PUBLIC KEY/.test(pem) && !pem.includes('PRIVATE KEY')) {
    throw unusable('This is a certificate or public key; the private key is needed.');
  }
  if (pem.includes('ENCRYPTED')) throw unusable('The private key is encrypted; amp needs it without a passphrase.');
  let key: KeyObject;
  try {
    // Variables often carry line breaks as \n.
    key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw unusable('The private key is damaged: its PEM cannot be read.');
  }
  if (key.asymmetricKeyType !== 'rsa') {
    throw unusable(
      `The private key is ${key.asymmetricKeyType?.toUpperCase() ?? 'of an unknown kind'}; Salesforce takes RSA only.`,
    );
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < 2048) throw unusable(`The private key has ${bits} bits; at least 2048 are needed.`);
  return key;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function unusable(message: string): AmpError {
  return new AmpError({ code: 'org-key-unusable', message });
}

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/**
 * A certificate authority and one server certificate, made anew for each start (X.509 v3, RFC 5280, P-256). Node can sign but not
 * write certificates, so the DER is put together here.
 */
export interface Certificates {
  /** PEM to trust: NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE or SSL_CERT_FILE. */
  authority: string;
  key: string;
  /** The server's certificate, then the authority's. */
  cert: string;
}

const hosts = ['localhost', 'login.salesforce.com', 'test.salesforce.com', '*.my.salesforce.com', '*.salesforce.com'];
const addresses = [Buffer.from([127, 0, 0, 1]), Buffer.from('00000000000000000000000000000001', 'hex')];
const day = 86_400_000;

export function makeCertificates(now: number): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = name('amp emulator authority (not Salesforce)');
  const validity = sequence(time(now - day), time(now + 365 * day));
  const authorityCert = certificate(authority.privateKey, {
    issuer,
    subject: issuer,
    validity,
    publicKey: authority.publicKey,
    extensions: [
      extension(oids.basicConstraints, true, sequence(boolean(true))),
      extension(oids.keyUsage, true, bits([0x06], 1)),
      extension(oids.subjectKeyId, false, octets(keyId(authority.publicKey))),
    ],
  });
  const serverCert = certificate(authority.privateKey, {
    issuer,
    subject: name('localhost'),
    validity,
    publicKey: server.publicKey,
    extensions: [
      extension(oids.basicConstraints, true, sequence()),
      extension(oids.keyUsage, true, bits([0x80], 7)),
      extension(oids.extendedKeyUsage, false, sequence(oid(oids.serverAuth))),
      extension(oids.authorityKeyId, false, sequence(tagged(0x80, keyId(authority.publicKey)))),
      extension(
        oids.subjectAltName,
        false,
        sequence(
          ...hosts.map((host) => tagged(0x82, Buffer.from(host))),
          ...addresses.map((address) => tagged(0x87, address)),
        ),
      ),
    ],
  });
  const pem = (der: Buffer) =>
    `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
  return {
    authority: pem(authorityCert),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: pem(serverCert) + pem(authorityCert),
  };
}

interface Contents {
  issuer: Buffer;
  subject: Buffer;
  validity: Buffer;
  publicKey: KeyObject;
  extensions: Buffer[];
}

function certificate(issuerKey: KeyObject, { issuer, subject, validity, publicKey, extensions }: Contents): Buffer {
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    issuer,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  return sequence(body, algorithm, bits([...sign('sha256', body, issuerKey)], 0));
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  subjectAltName: '2.5.29.17',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
};

const keyId = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
const name = (commonName: string) =>
  sequence(tagged(0x31, sequence(oid(oids.commonName), tagged(0x0c, Buffer.from(commonName)))));
const extension = (id: string, critical: boolean, value: Buffer) =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));

/** One DER element: tag, length, contents. */
function tagged(tag: number, contents: Buffer): Buffer {
  const { length } = contents;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), contents]);
}

const sequence = (...items: Buffer[]) => tagged(0x30, Buffer.concat(items));
const integer = (bytes: Buffer) => tagged(0x02, bytes);
const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 255 : 0]));
const octets = (bytes: Buffer) => tagged(0x04, bytes);
const bits = (bytes: number[], unused: number) => tagged(0x03, Buffer.from([unused, ...bytes]));

function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split('.').map(Number) as [number, number, ...number[]];
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const septets = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) septets.unshift((left & 127) | 128);
    bytes.push(...septets);
  }
  return tagged(0x06, Buffer.from(bytes));
}

/** UTCTime with a two-digit year, as RFC 5280 wants before 2050. */
const time = (ms: number) =>
  tagged(
    0x17,
    Buffer.from(
      new Date(ms)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2),
    ),
  );

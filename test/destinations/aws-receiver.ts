import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AwsReceived {
  method: string;
  /** As on the wire: percent-encoded. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Kinesis and S3 as far as one call each, with a Signature Version 4 check written from the specification alone. */
export interface AwsReceiver {
  url: string;
  /** What was signed right. */
  received: AwsReceived[];
  /** Why requests were refused. */
  refused: string[];
  /** Answers a well-signed request; 200 unless a test says otherwise. */
  answer: (request: AwsReceived, response: ServerResponse) => void;
  close(): Promise<void>;
}

export interface AwsAccount {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  region: string;
  service: 'kinesis' | 's3';
  /** Epoch milliseconds. */
  now?: () => number;
}

const fifteenMinutesMs = 15 * 60_000;

export async function startAwsReceiver(account: AwsAccount): Promise<AwsReceiver> {
  const receiver: AwsReceiver = {
    url: '',
    received: [],
    refused: [],
    answer: (_, response) => response.writeHead(200).end('{}'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entry: AwsReceived = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    const problem = signatureProblem(entry, account);
    if (problem === undefined) {
      receiver.received.push(entry);
      receiver.answer(entry, response);
      return;
    }
    receiver.refused.push(problem);
    if (account.service === 's3') response.writeHead(403).end(`<Error><Code>SignatureDoesNotMatch</Code></Error>`);
    else response.writeHead(400).end('{"__type":"com.amazon.coral.service#InvalidSignatureException"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

/** IAM user guide, "Create a signed AWS API request": why a request would be refused, or undefined. */
export function signatureProblem(request: AwsReceived, account: AwsAccount): string | undefined {
  const { headers } = request;
  const header = (name: string) => String(headers[name] ?? '');
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      header('authorization'),
    );
  if (!parts) return 'no authorization of this form';
  const [, keyId, day, region, service, signedNames, signature] = parts as unknown as string[];
  if (keyId !== account.accessKeyId) return 'unknown access key';
  if (region !== account.region || service !== account.service) return 'another region or service';
  if ((headers['x-amz-security-token'] ?? undefined) !== account.sessionToken) return 'wrong session token';
  const stamp = header('x-amz-date');
  const at = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(at - (account.now ?? Date.now)()) <= fifteenMinutesMs)) return 'the date is not near';
  if (!stamp.startsWith(day!)) return 'another day';
  const names = signedNames!.split(';');
  if ([...names].sort().join(';') !== signedNames) return 'signed headers are not sorted';
  if (!names.includes('host')) return 'host is not signed';
  const unsigned = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !names.includes(name));
  if (unsigned) return `${unsigned} is not signed`;
  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  if (header('x-amz-content-sha256') !== bodyHash) return 'the body is another one';
  const [path, query = ''] = request.path.split('?') as [string, string?];
  const canonical = [
    request.method,
    // S3 takes the path as it is on the wire; other services encode it once more.
    account.service === 's3' ? path : path.split('/').map(encodeURIComponent).join('/'),
    query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${header(name).trim().replace(/ +/g, ' ')}`),
    '',
    signedNames,
    bodyHash,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day!, region!, service!, 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${account.secretAccessKey}`),
  );
  return createHmac('sha256', key).update(toSign).digest('hex') === signature ? undefined : 'the signature differs';
}

import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { HttpAnswer } from '../http/http-attempt.ts';
import { type HttpSender, type OwnPorts, openHttpSender } from '../http/http-sender.ts';
import { checkWebhookUrl, type Resolver } from '../http/url-policy.ts';
import type { FailedOutcome, Outcome } from '../target.ts';
import type { AwsSecrets } from './aws-secrets.ts';

export interface AwsWorld extends AwsSecrets {
  accessKeyId: string;
  region: string;
  allowPrivateNetwork: boolean;
  /** Epoch milliseconds, for the date of each signature. */
  now(): number;
  userAgent: string;
  resolve?: Resolver;
  deadlineMs?: number;
  ownPorts?: OwnPorts;
}

export interface AwsCall {
  method: 'POST' | 'PUT';
  url: URL;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Signed calls to one AWS service at one origin. */
export interface AwsCaller {
  call(request: AwsCall): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * Signs every attempt afresh with Signature Version 4 ("Create a signed AWS API request", IAM user guide) and puts what the
 * service answers into our words. `origin` is AWS's own address of the service, or the endpoint named in its place.
 */
export function openAwsCaller(service: 'kinesis' | 's3', origin: URL, world: AwsWorld): AwsCaller {
  const { origin: checked } = checkWebhookUrl(origin.href, world);
  const sender: HttpSender = openHttpSender({
    origin: checked,
    allowPrivateNetwork: world.allowPrivateNetwork,
    // Errors have their code in the body.
    keepAnswer: true,
    ...(world.resolve ? { resolve: world.resolve } : {}),
    ...(world.ownPorts ? { ownPorts: world.ownPorts } : {}),
    ...(world.deadlineMs === undefined ? {} : { deadlineMs: world.deadlineMs }),
  });
  return {
    async call({ method, url, headers, body }) {
      const signed = await new AwsV4Signer({
        method,
        url: url.href,
        headers: { ...headers, 'x-amz-content-sha256': sha256(body) },
        body: body as Uint8Array<ArrayBuffer>,
        accessKeyId: world.accessKeyId,
        secretAccessKey: world.secretAccessKey,
        ...(world.sessionToken ? { sessionToken: world.sessionToken } : {}),
        service,
        region: world.region,
        datetime: new Date(world.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      }).sign();
      const all = { ...Object.fromEntries(signed.headers), 'user-agent': world.userAgent };
      const result = await sender.send({ method, path: signed.url.pathname + signed.url.search, headers: all, body });
      return result.kind === 'answered' ? judge(result.answer) : result;
    },
    close: sender.close,
  };
}

/** `amazonaws.com`, in China `amazonaws.com.cn`. */
export function serviceHost(region: string): string {
  return `${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Answers that mean "slower", whatever their status: some are 400. */
const busyCodes = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'KMSThrottlingException',
  'LimitExceededException',
  'RequestLimitExceeded',
  'SlowDown',
]);

function judge({ status, text = '', durationMs }: HttpAnswer): Outcome {
  const answer = { answer: { text, durationMs } };
  if (status >= 200 && status < 300) return { kind: 'delivered', status, ...answer };
  const code = errorCode(text);
  const failed: FailedOutcome = {
    kind: 'failed',
    reason: code ? `HTTP ${status} ${code}` : `HTTP ${status}`,
    status,
    busy: status === 429 || status === 503 || busyCodes.has(code),
    ...answer,
  };
  return failed;
}

/** The name of the error: JSON `__type` (Kinesis) or XML `<Code>` (S3). */
function errorCode(text: string): string {
  const found = /"__type"\s*:\s*"(?:[^"#]*#)?([A-Za-z.]+)"/.exec(text) ?? /<Code>([A-Za-z0-9]+)<\/Code>/.exec(text);
  return found?.[1] ?? '';
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

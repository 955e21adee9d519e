import type { HttpAnswer } from '../http/http-attempt.ts';
import { type OwnPorts, openHttpSender } from '../http/http-sender.ts';
import { checkWebhookUrl, type Resolver } from '../http/url-policy.ts';
import { parseRetryAfterMs } from '../schedule.ts';
import type { FailedOutcome, Outcome, OutgoingMessage, Target } from '../target.ts';
import { type SigningKey, signatureHeaders } from './sign.ts';

export interface WebhookTargetOptions {
  url: string;
  allowPrivateNetwork: boolean;
  /** All custom headers, secret ones included. */
  headers: Readonly<Record<string, string>>;
  /** The keys valid now, the newest first. */
  signingKeys(): readonly SigningKey[];
  /** Epoch milliseconds, for the stamp of each attempt. */
  now(): number;
  userAgent: string;
  resolve?: Resolver;
  /** A whole attempt, connection and answer included. */
  deadlineMs?: number;
  /** Keep the text of answers (for a test of the destination). */
  keepAnswer?: boolean;
  ownPorts?: OwnPorts;
}

/** POSTs signed messages to one webhook. A 2xx status within the deadline is success, whatever its body does. */
export function openWebhookTarget(options: WebhookTargetOptions): Target {
  const url = checkWebhookUrl(options.url, options);
  const sender = openHttpSender({
    origin: url.origin,
    allowPrivateNetwork: options.allowPrivateNetwork,
    keepAnswer: options.keepAnswer ?? false,
    ...(options.resolve ? { resolve: options.resolve } : {}),
    ...(options.ownPorts ? { ownPorts: options.ownPorts } : {}),
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  });
  const baseHeaders = { 'content-type': 'application/json', 'user-agent': options.userAgent, ...options.headers };
  const path = url.pathname + url.search;

  function headersOf(message: OutgoingMessage): Record<string, string> {
    const timestampS = Math.floor(options.now() / 1000);
    const signed = signatureHeaders(options.signingKeys(), { id: message.id, timestampS, body: message.body });
    return { ...baseHeaders, ...signed, ...(message.replayed ? { 'x-amp-replay': '1' } : {}) };
  }

  return {
    async send(message) {
      const result = await sender.send({ method: 'POST', path, headers: headersOf(message), body: message.body });
      return result.kind === 'answered' ? judge(result.answer, options.now()) : result;
    },
    close: sender.close,
  };
}

function judge({ status, headers, text, durationMs }: HttpAnswer, now: number): Outcome {
  const answer = text === undefined ? {} : { answer: { text, durationMs } };
  if (status >= 200 && status < 300) return { kind: 'delivered', status, ...answer };
  const failed: FailedOutcome = { kind: 'failed', reason: `HTTP ${status}`, status, busy: status === 429, ...answer };
  if (status >= 300 && status < 400) failed.reason = `HTTP ${status} (redirects are not followed)`;
  if (status === 410) failed.gone = true;
  const retryAfterMs = parseRetryAfterMs(single(headers['retry-after']), now);
  if (retryAfterMs !== undefined) failed.retryAfterMs = retryAfterMs;
  if (single(headers['webhook-delivery'])?.trim().toLowerCase() === 'abort-message') failed.aborted = true;
  return failed;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

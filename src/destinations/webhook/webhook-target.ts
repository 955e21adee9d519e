import { Pool } from 'undici';
import type { Outcome, OutgoingMessage, Target } from '../target.ts';
import { type SigningKey, signatureHeaders } from './sign.ts';
import { checkedLookup, checkWebhookUrl, type Resolver } from './url-policy.ts';
import { WebhookRequest } from './webhook-request.ts';

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
}

const defaultDeadlineMs = 15_000;
const maxConnections = 256;
const deadlineCheckMs = 250;

/**
 * POSTs signed messages to one webhook over kept-alive connections. Every new connection resolves and checks the host again;
 * redirects are answers like any other that is not 2xx. A 2xx status within the deadline is success, whatever its body does.
 */
export function openWebhookTarget(options: WebhookTargetOptions): Target {
  const url = checkWebhookUrl(options.url, options);
  const policy = { allowPrivateNetwork: options.allowPrivateNetwork };
  const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  const pool = new Pool(url.origin, {
    connections: maxConnections,
    pipelining: 1,
    connect: { lookup: checkedLookup(policy, options.resolve), timeout: deadlineMs },
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    keepAliveTimeout: 10_000,
    allowH2: false,
  });
  const baseHeaders = { 'content-type': 'application/json', 'user-agent': options.userAgent, ...options.headers };
  const path = url.pathname + url.search;
  const requestOptions = { deadlineMs, keepAnswer: options.keepAnswer ?? false, now: () => options.now() };
  const deadlines = watchDeadlines(deadlineMs);

  function headersOf(message: OutgoingMessage): Record<string, string> {
    const timestampS = Math.floor(options.now() / 1000);
    const signed = signatureHeaders(options.signingKeys(), { id: message.id, timestampS, body: message.body });
    return { ...baseHeaders, ...signed, ...(message.replayed ? { 'x-amp-replay': '1' } : {}) };
  }

  function send(message: OutgoingMessage): Promise<Outcome> {
    return new Promise((resolve) => {
      const request = new WebhookRequest(requestOptions, (outcome) => {
        deadlines.end(request);
        resolve(outcome);
      });
      deadlines.start(request);
      try {
        pool.dispatch({ method: 'POST', path, headers: headersOf(message), body: message.body }, request);
      } catch (error) {
        request.onResponseError(undefined, error as Error);
      }
    });
  }

  return {
    send,
    close: async () => {
      deadlines.stop();
      await pool.destroy();
    },
  };
}

/** One coarse timer for all attempts: one each would cost more than the rest of a small message. */
function watchDeadlines(deadlineMs: number) {
  const running = new Set<WebhookRequest>();
  let timer: NodeJS.Timeout | undefined;
  const check = () => {
    const latest = performance.now() - deadlineMs;
    // In order of start, so the first that has time left ends the walk.
    for (const request of running) {
      if (request.startedAt > latest) break;
      running.delete(request);
      request.expire();
    }
    if (running.size === 0) stop();
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    start(request: WebhookRequest): void {
      running.add(request);
      timer ??= setInterval(check, Math.min(deadlineCheckMs, deadlineMs));
    },
    end: (request: WebhookRequest) => running.delete(request),
    stop,
  };
}

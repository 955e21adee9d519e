import { EventEmitter } from 'node:events';
import { type Dispatcher, Pool } from 'undici';
import { AmpError } from '../../errors/amp-error.ts';
import { parseRetryAfterMs } from '../schedule.ts';
import type { Answer, FailedOutcome, Outcome, OutgoingMessage, Target } from '../target.ts';
import { type SigningKey, signatureHeaders } from './sign.ts';
import { checkedLookup, checkWebhookUrl, type Resolver } from './url-policy.ts';

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
const answerLimitBytes = 20_000;
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
  const deadlines = watchDeadlines(deadlineMs);

  async function send(message: OutgoingMessage): Promise<Outcome> {
    const startedAt = performance.now();
    const now = options.now();
    const attempt = deadlines.start();
    try {
      const response = await pool.request({
        method: 'POST',
        path,
        headers: {
          ...baseHeaders,
          ...signatureHeaders(options.signingKeys(), {
            id: message.id,
            timestampS: Math.floor(now / 1000),
            body: message.body,
          }),
          ...(message.replayed ? { 'x-amp-replay': '1' } : {}),
        },
        body: message.body,
        signal: attempt.signal,
      });
      const text = await readAnswer(response, options.keepAnswer ?? false);
      const answer = text === undefined ? {} : { answer: { text, durationMs: performance.now() - startedAt } };
      return judge(response, answer, options.now());
    } catch (error) {
      return failure(error, attempt.isOver, deadlineMs);
    } finally {
      deadlines.end(attempt);
    }
  }

  return {
    send,
    close: async () => {
      deadlines.stop();
      await pool.destroy();
    },
  };
}

function judge(response: Dispatcher.ResponseData, answer: { answer?: Answer }, now: number): Outcome {
  const status = response.statusCode;
  if (status >= 200 && status < 300) return { kind: 'delivered', status, ...answer };
  const failed: FailedOutcome = { kind: 'failed', reason: `HTTP ${status}`, status, busy: status === 429, ...answer };
  if (status >= 300 && status < 400) failed.reason = `HTTP ${status} (redirects are not followed)`;
  if (status === 410) failed.gone = true;
  const retryAfterMs = parseRetryAfterMs(single(response.headers['retry-after']), now);
  if (retryAfterMs !== undefined) failed.retryAfterMs = retryAfterMs;
  if (single(response.headers['webhook-delivery'])?.trim().toLowerCase() === 'abort-message') failed.aborted = true;
  return failed;
}

/** Reads what is needed to keep the connection, never more than the limit. The status has already decided the outcome. */
async function readAnswer(response: Dispatcher.ResponseData, keep: boolean): Promise<string | undefined> {
  if (!keep) {
    await response.body.dump({ limit: answerLimitBytes }).catch(() => {});
    return undefined;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes >= answerLimitBytes) break;
    }
  } catch {
    // A cut or endless answer: what has come so far is shown.
  }
  return Buffer.concat(chunks).subarray(0, answerLimitBytes).toString('utf8');
}

function failure(error: unknown, timedOut: boolean, deadlineMs: number): FailedOutcome {
  if (timedOut) return { kind: 'failed', reason: `no answer within ${deadlineMs / 1000} s`, busy: true };
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return { kind: 'failed', reason: `no answer within ${deadlineMs / 1000} s (${code})`, busy: true };
  }
  if (error instanceof AmpError) return { kind: 'failed', reason: error.message, busy: false };
  return {
    kind: 'failed',
    reason: code ? `connection failed (${code})` : `connection failed: ${message}`,
    busy: false,
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/**
 * One coarse timer for all attempts, and a bare emitter as the signal of each: a timer and an AbortController each would cost
 * more than the rest of a small message.
 */
function watchDeadlines(deadlineMs: number) {
  const running = new Set<RunningAttempt>();
  let timer: NodeJS.Timeout | undefined;
  const check = () => {
    const now = performance.now();
    // In order of start, so the first that has time left ends the walk.
    for (const attempt of running) {
      if (attempt.endsAt > now) break;
      running.delete(attempt);
      attempt.isOver = true;
      attempt.signal.emit('abort');
    }
    if (running.size === 0) stop();
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    start(): RunningAttempt {
      const attempt = { signal: new EventEmitter(), endsAt: performance.now() + deadlineMs, isOver: false };
      running.add(attempt);
      timer ??= setInterval(check, Math.min(deadlineCheckMs, deadlineMs));
      return attempt;
    },
    end: (attempt: RunningAttempt) => running.delete(attempt),
    stop,
  };
}

interface RunningAttempt {
  signal: EventEmitter;
  endsAt: number;
  /** Its deadline has passed. */
  isOver: boolean;
}

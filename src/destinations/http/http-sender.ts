import { Pool } from 'undici';
import { type AttemptResult, HttpAttempt } from './http-attempt.ts';
import { checkedLookup, type Resolver, type UrlPolicy } from './url-policy.ts';

export interface HttpSenderOptions extends UrlPolicy {
  /** `https://host[:port]`, already checked. */
  origin: string;
  resolve?: Resolver;
  /** A whole attempt, connection and answer included; 15 s unless said. */
  deadlineMs?: number;
  /** Keep the text of answers. */
  keepAnswer: boolean;
  /** Ports of this machine that amp itself listens on. */
  ownPorts?: OwnPorts;
}

export type OwnPorts = () => readonly number[];

export interface HttpSend {
  method: 'POST' | 'PUT';
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Sends to one host over kept-alive connections. */
export interface HttpSender {
  /** Never throws for what the network or the host does. */
  send(request: HttpSend): Promise<AttemptResult>;
  close(): Promise<void>;
}

const defaultDeadlineMs = 15_000;
const maxConnections = 256;
const deadlineCheckMs = 250;

/** Every new connection resolves and checks the host again; redirects are answers like any other. */
export function openHttpSender(options: HttpSenderOptions): HttpSender {
  const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  const pool = new Pool(options.origin, {
    connections: maxConnections,
    pipelining: 1,
    connect: { lookup: checkedLookup(options, options.resolve), timeout: deadlineMs },
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    keepAliveTimeout: 10_000,
    allowH2: false,
  });
  const attemptOptions = { deadlineMs, keepAnswer: options.keepAnswer };
  const deadlines = watchDeadlines(deadlineMs);
  const isOwn = ownAddressCheck(options);
  return {
    send(request) {
      if (isOwn()) return Promise.resolve({ kind: 'failed', reason: 'the address is amp itself', busy: false });
      return new Promise((resolve) => {
        const attempt = new HttpAttempt(attemptOptions, (result) => {
          deadlines.end(attempt);
          resolve(result);
        });
        deadlines.start(attempt);
        try {
          pool.dispatch(request, attempt);
        } catch (error) {
          attempt.onResponseError(undefined, error as Error);
        }
      });
    },
    async close() {
      deadlines.stop();
      await pool.destroy();
    },
  };
}

/** Messages to ourselves would multiply, or reach what only this user may ask. Asked each time: ports come and go. */
function ownAddressCheck({ origin, ownPorts }: HttpSenderOptions): () => boolean {
  const { hostname, port, protocol } = new URL(origin);
  const number = Number(port || (protocol === 'https:' ? 443 : 80));
  const isLoopback = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return isLoopback && ownPorts ? () => ownPorts().includes(number) : () => false;
}

/** One coarse timer for all attempts: one each would cost more than the rest of a small message. */
function watchDeadlines(deadlineMs: number) {
  const running = new Set<HttpAttempt>();
  let timer: NodeJS.Timeout | undefined;
  const check = () => {
    const latest = performance.now() - deadlineMs;
    // In order of start, so the first that has time left ends the walk.
    for (const attempt of running) {
      if (attempt.startedAt > latest) break;
      running.delete(attempt);
      attempt.expire();
    }
    if (running.size === 0) stop();
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    start(attempt: HttpAttempt): void {
      running.add(attempt);
      timer ??= setInterval(check, Math.min(deadlineCheckMs, deadlineMs));
    },
    end: (attempt: HttpAttempt) => running.delete(attempt),
    stop,
  };
}

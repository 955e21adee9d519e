import type { HttpFailure } from '../../../platform/http.ts';
import { classifySalesforceError, type SalesforceErrorBody } from '../errors.ts';
import type { SalesforceRequest } from './client.ts';

/**
 * When a request is sent again. A request that was turned away before anything happened may always be repeated; one whose
 * outcome is unknown only when repeating it changes nothing. Pauses have full jitter and honour Retry-After.
 */
export type RetryMode = NonNullable<SalesforceRequest['retry']>;

/** One first try and three more: retries stay within three times the nominal calls. */
export const mostAttempts = 4;

const firstPauseMs = 500;
const longestPauseMs = 20_000;
const limitPauseMs = 5_000;
/** A longer wish is not slept through inside one call: the caller is told instead. */
export const longestRetryAfterMs = 60_000;

export function retryModeOf(request: SalesforceRequest): RetryMode {
  if (request.retry) return request.retry;
  return request.method === undefined || request.method === 'GET' || request.method === 'HEAD' ? 'safe' : 'never';
}

export type Verdict = { retry: false } | { retry: true; kind: 'soon' | 'later' };

/** Limits and row locks refuse a request before it has done anything; a 5xx may come after it has. */
export function judgeAnswer(status: number, body: SalesforceErrorBody, mode: RetryMode): Verdict {
  const { code, when } = classifySalesforceError(status, body.errorCode, body.message);
  if (when === 'never' || mode === 'once') return { retry: false };
  const untouched = ['salesforce-rate-limited', 'salesforce-concurrency-limited', 'salesforce-row-locked'].includes(
    code,
  );
  return mode === 'never' && !untouched ? { retry: false } : { retry: true, kind: when };
}

export function judgeFailure(failure: HttpFailure, mode: RetryMode): Verdict {
  if (failure.kind === 'aborted' || failure.kind === 'tls' || mode === 'once') return { retry: false };
  return mode === 'never' && failure.sent ? { retry: false } : { retry: true, kind: 'soon' };
}

/** Full jitter over an exponential bound; limits start ten times higher. `random` in [0, 1). */
export function retryPauseMs(attempt: number, kind: 'soon' | 'later', random: number, retryAfterMs?: number): number {
  const base = kind === 'later' ? limitPauseMs : firstPauseMs;
  const bound = Math.min(base * 2 ** (attempt - 1), kind === 'later' ? longestRetryAfterMs : longestPauseMs);
  // Never at once after a limit: half the bound is certain.
  const pauseMs = kind === 'later' ? bound / 2 + random * (bound / 2) : random * bound;
  return Math.max(pauseMs, retryAfterMs ?? 0);
}

/** `Retry-After` as seconds or an HTTP date, in milliseconds from `now`. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (!header) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

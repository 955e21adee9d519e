import type { SalesforceRequest } from './client.ts';

const defaultTimeoutMs = 120_000;

/** One call's time: a deadline over all its attempts, joined with the caller's own signal. */
export interface CallLimit {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** Throws the caller's own abort reason. */
  throwIfStopped(): void;
  timedOut(): boolean;
  headersArrived(): void;
  end(): void;
}

export function startCallLimit(request: SalesforceRequest, scope: 'whole-call' | 'until-headers'): CallLimit {
  const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
  const deadline = performance.now() + timeoutMs;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  return {
    timeoutMs,
    signal: request.signal ? AbortSignal.any([request.signal, late.signal]) : late.signal,
    remainingMs: () => deadline - performance.now(),
    throwIfStopped: () => request.signal?.throwIfAborted(),
    timedOut: () => late.signal.aborted,
    headersArrived: () => scope === 'until-headers' && clearTimeout(timer),
    end: () => clearTimeout(timer),
  };
}

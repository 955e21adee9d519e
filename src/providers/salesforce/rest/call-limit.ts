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
  const call = new AbortController();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    call.abort();
  }, timeoutMs);
  // Not AbortSignal.any: a signal that lives for days would keep a trace of every call.
  const stop = () => call.abort(request.signal?.reason);
  request.signal?.addEventListener('abort', stop, { once: true });
  if (request.signal?.aborted) stop();
  return {
    timeoutMs,
    signal: call.signal,
    remainingMs: () => deadline - performance.now(),
    throwIfStopped: () => request.signal?.throwIfAborted(),
    timedOut: () => isLate,
    headersArrived: () => scope === 'until-headers' && clearTimeout(timer),
    end: () => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
    },
  };
}

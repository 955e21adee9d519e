/** Rejects with `error()` after a while, unless `ended` comes first; then it stays open for ever. */
export function rejectAfter(timeoutMs: number, ended: AbortSignal, error: () => Error): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(error()), timeoutMs);
    ended.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

/** Rejects with the reason of `signal`, unless `ended` comes first. */
export function rejectOnAbort(signal: AbortSignal, ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: ended });
  });
}

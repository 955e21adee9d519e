/**
 * Pauses between the attempts of a queued write: each lies in the upper half of an exponential bound, so that they grow
 * whatever chance says, and many writes that met the same limit do not come back together.
 */
const soonMs = { first: 2_000, longest: 10 * 60_000 };
/** Limits move over minutes to hours. */
const laterMs = { first: 30_000, longest: 30 * 60_000 };

/** Milliseconds until the attempt after attempt number `attempts` (from 1). `random` in [0, 1). The org's own wish is a lower bound. */
export function queuePauseMs(attempts: number, kind: 'soon' | 'later', random: number, retryAfterMs = 0): number {
  const { first, longest } = kind === 'later' ? laterMs : soonMs;
  const bound = Math.min(first * 2 ** Math.min(attempts - 1, 30), longest);
  return Math.max(Math.round((bound / 2) * (1 + random)), retryAfterMs);
}

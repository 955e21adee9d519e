/**
 * When a failed message is tried again (Svix "Retry schedule"; our limits on `Retry-After`). Eight attempts: at once, then
 * after these delays, each counted from the failure before it and spread by ±20% so that receivers are not hit in step.
 */
export interface RetrySchedule {
  delaysMs: readonly number[];
  /** Timeouts and 429 wait at least this long: the receiver is busy, not broken. */
  busyFloorMs: number;
  /** Part of a delay that chance may add or take away. */
  jitter: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

export const defaultSchedule: RetrySchedule = {
  delaysMs: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour],
  busyFloorMs: minute,
  jitter: 0.2,
};

export interface FailedAttempt {
  /** Attempts made, this one included. */
  attempts: number;
  /** A timeout or 429. */
  busy: boolean;
  /** What the receiver asked for. */
  retryAfterMs?: number;
}

/**
 * Milliseconds until the next attempt, or undefined when the schedule is exhausted. `random` is in [0, 1). A `Retry-After`
 * moves the delay within [base, 2 × base] and is then taken as it is: the receiver named a time.
 */
export function nextDelayMs(schedule: RetrySchedule, failed: FailedAttempt, random: number): number | undefined {
  const planned = schedule.delaysMs[failed.attempts - 1];
  if (planned === undefined) return undefined;
  const base = failed.busy ? Math.max(planned, schedule.busyFloorMs) : planned;
  if (failed.retryAfterMs !== undefined) return Math.min(Math.max(failed.retryAfterMs, base), 2 * base);
  const spread = Math.round(base * (1 + schedule.jitter * (2 * random - 1)));
  return failed.busy ? Math.max(spread, schedule.busyFloorMs) : spread;
}

/** Reads `50ms,1s,2m`, for demonstrations and tests that cannot wait a day. Undefined for anything else. */
export function parseSchedule(text: string): RetrySchedule | undefined {
  const delaysMs: number[] = [];
  for (const part of text.split(',')) {
    const match = /^(\d+)(ms|s|m|h)$/.exec(part.trim());
    if (!match) return undefined;
    const unit = { ms: 1, s: second, m: minute, h: hour }[match[2] as 'ms' | 's' | 'm' | 'h'];
    delaysMs.push(Number(match[1]) * unit);
  }
  return { delaysMs, busyFloorMs: 0, jitter: 0 };
}

/** Milliseconds meant by a `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date. */
export function parseRetryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * second;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** How the reason of a message that was given up begins: what every retry failed for, not what a receiver asked to stop. */
export const gaveUpAfter = 'gave up after';

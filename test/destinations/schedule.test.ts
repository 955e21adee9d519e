import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSchedule, nextDelayMs, parseRetryAfterMs, parseSchedule } from '../../src/destinations/schedule.ts';
import { RateLimit } from '../../src/destinations/sender/rate-limit.ts';

describe('the retry schedule', () => {
  test('eight attempts over 27 h 35 min 05 s, then none', () => {
    const delays = Array.from({ length: 8 }, (_, i) =>
      nextDelayMs(defaultSchedule, { attempts: i + 1, busy: false }, 0.5),
    );
    expect(delays).toEqual([5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000, undefined]);
    expect(delays.reduce((sum, delay) => sum! + (delay ?? 0), 0)).toBe((27 * 3600 + 35 * 60 + 5) * 1000);
  });

  test('chance moves a delay by at most a fifth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (attempts, random) => {
          const base = defaultSchedule.delaysMs[attempts - 1]!;
          const delay = nextDelayMs(defaultSchedule, { attempts, busy: false }, random)!;
          expect(delay).toBeGreaterThanOrEqual(0.8 * base - 1);
          expect(delay).toBeLessThanOrEqual(1.2 * base + 1);
        },
      ),
    );
  });

  test('W3 timeouts and 429 wait a minute at least, and Retry-After stays within base and twice base', () => {
    for (const random of [0, 0.5, 0.99]) {
      expect(nextDelayMs(defaultSchedule, { attempts: 1, busy: true }, random)).toBeGreaterThanOrEqual(60_000);
    }
    const delayFor = (retryAfterMs: number, busy = false, attempts = 2) =>
      nextDelayMs(defaultSchedule, { attempts, busy, retryAfterMs }, 0.5);
    expect(delayFor(0)).toBe(300_000);
    expect(delayFor(400_000)).toBe(400_000);
    expect(delayFor(99_000_000)).toBe(600_000);
    expect(delayFor(10_000, true, 1)).toBe(60_000);
    expect(delayFor(900_000, true, 1)).toBe(120_000);
  });

  test('Retry-After is seconds or a date', () => {
    const now = Date.parse('2026-02-03T09:00:00Z');
    expect(parseRetryAfterMs('120', now)).toBe(120_000);
    expect(parseRetryAfterMs('Tue, 03 Feb 2026 09:01:00 GMT', now)).toBe(60_000);
    expect(parseRetryAfterMs('Tue, 03 Feb 2026 08:00:00 GMT', now)).toBe(0);
    expect(parseRetryAfterMs('soon', now)).toBeUndefined();
    expect(parseRetryAfterMs(undefined, now)).toBeUndefined();
  });

  test('a short schedule can be written down', () => {
    expect(parseSchedule('50ms, 1s,2m')?.delaysMs).toEqual([50, 1000, 120_000]);
    expect(parseSchedule('soon')).toBeUndefined();
  });
});

describe('the rate limit', () => {
  test('whatever the demand, no second sees more than its share, and demand is met closely', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 2000 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 }),
        (perSecond, pauses) => {
          const limit = new RateLimit(perSecond);
          const left: number[] = [];
          let now = 1_000_000;
          for (let i = 0; i < 2500; i++) {
            now += pauses[i % Math.max(1, pauses.length)] ?? 0;
            now += limit.waitMs(now);
            limit.spend(now);
            left.push(now);
          }
          for (let i = perSecond; i < left.length; i++)
            expect(left[i]! - left[i - perSecond]!).toBeGreaterThanOrEqual(1000);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a clock that is set back does not stop delivery', () => {
    const limit = new RateLimit(4);
    limit.spend(10_000_000);
    expect(limit.waitMs(0)).toBe(0);
  });
});

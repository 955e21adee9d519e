import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureSchedule } from '../../src/manifest/schedule/gap.ts';
import { nextRunAfter } from '../../src/manifest/schedule/next-run.ts';
import { isFault, parseSchedule, type Schedule } from '../../src/manifest/schedule/parse.ts';

function scheduleOf(text: string): Schedule {
  const parsed = parseSchedule(text);
  if (isFault(parsed)) throw new Error(parsed.message);
  return parsed;
}

/** The first runs after the start of 2026, as ISO times to the minute. */
function runs(text: string, count: number, from = '2026-01-01T00:00:00Z'): string[] {
  const schedule = scheduleOf(text);
  const found: string[] = [];
  let at = Date.parse(from) - 1;
  for (let index = 0; index < count; index += 1) {
    at = nextRunAfter(schedule, at)!;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

const field = (low: number, high: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: low, max: high }).map(String),
    fc.integer({ min: 1, max: high }).map((step) => `*/${step}`),
    fc
      .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.array(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
  );
const anySchedule = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 7))
  .map((fields) => fields.join(' '));

describe('schedules', () => {
  test('names, ranges, steps and lists, both Sundays', () => {
    expect(runs('30 9-17/4 * JAN mon-FRI', 4)).toEqual([
      '2026-01-01T09:30',
      '2026-01-01T13:30',
      '2026-01-01T17:30',
      '2026-01-02T09:30',
    ]);
    expect(runs('0 0 * * 7', 2)).toEqual(runs('0 0 * * SUN', 2));
    expect(runs('0 0 * * 5-7', 3)).toEqual(['2026-01-02T00:00', '2026-01-03T00:00', '2026-01-04T00:00']);
    expect(runs('50/30 * * * *', 2)).toEqual(['2026-01-01T00:50', '2026-01-01T01:50']);
  });

  test('two restricted day fields: either; one that starts with a star: both', () => {
    expect(runs('0 0 13 * FRI', 4)).toEqual([
      '2026-01-02T00:00',
      '2026-01-09T00:00',
      '2026-01-13T00:00',
      '2026-01-16T00:00',
    ]);
    expect(runs('0 0 */13 * FRI', 2)).toEqual(['2026-02-27T00:00', '2026-03-27T00:00']);
  });

  test('the marks beyond plain cron run, too', () => {
    expect(runs('0 0 L * ?', 3)).toEqual(['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']);
    expect(runs('0 0 15W * *', 3)).toEqual(['2026-01-15T00:00', '2026-02-16T00:00', '2026-03-16T00:00']);
    expect(runs('0 0 1W 8 *', 1)).toEqual(['2026-08-03T00:00']);
    expect(runs('0 0 * * 5L', 2)).toEqual(['2026-01-30T00:00', '2026-02-27T00:00']);
    expect(runs('0 0 * * TUE#3', 2)).toEqual(['2026-01-20T00:00', '2026-02-17T00:00']);
  });

  test('29 February, and dates that never come', () => {
    expect(runs('0 0 29 2 *', 2)).toEqual(['2028-02-29T00:00', '2032-02-29T00:00']);
    expect(measureSchedule(scheduleOf('0 0 31 2,4,6 *')).runsPerDay).toBe(0);
    expect(nextRunAfter(scheduleOf('0 0 31 2 *'), 0)).toBeUndefined();
  });

  test('the smallest gap lies where nobody looks: across midnight, months and years', () => {
    expect(measureSchedule(scheduleOf('5,56 0,23 * * *')).smallestGapMinutes).toBe(9);
    expect(measureSchedule(scheduleOf('58 23 31 12 *')).smallestGapMinutes).toBeGreaterThan(2000);
    expect(measureSchedule(scheduleOf('0,55 0,23 1,31 * *')).smallestGapMinutes).toBe(5);
    // Never on neighbouring days: the gap across midnight does not count.
    expect(measureSchedule(scheduleOf('5,56 0,23 * * 1')).smallestGapMinutes).toBe(51);
  });

  test('the gap is the one that running it shows', () => {
    fc.assert(
      fc.property(anySchedule, (text) => {
        const schedule = scheduleOf(text);
        const { smallestGapMinutes } = measureSchedule(schedule);
        let smallest = Number.POSITIVE_INFINITY;
        let at = nextRunAfter(schedule, Date.UTC(2023, 11, 1));
        // Two years and a month of runs, no more than some thousands.
        for (let count = 0; at !== undefined && count < 4000 && at < Date.UTC(2026, 0, 1); count += 1) {
          const next = nextRunAfter(schedule, at);
          if (next !== undefined) smallest = Math.min(smallest, (next - at) / 60_000);
          at = next;
        }
        return smallest >= Math.min(smallestGapMinutes, 2880);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    '1/ * * * *',
    '/5 * * * *',
    '1,,2 * * * *',
    '1-2-3 * * * *',
    '-1 * * * *',
    '1.5 * * * *',
    '* * * FOO *',
    '@every 5m',
    '@reboot',
    'L * * * *',
    '* * * * 8#1',
    '* * * * 1#6',
    '? ? ? ? ?,1',
    '99999999999999999999 * * * *',
  ])('%j is refused in words', (text) => {
    const parsed = parseSchedule(text);
    expect(isFault(parsed) && parsed.message.length > 10).toBe(true);
  });
});

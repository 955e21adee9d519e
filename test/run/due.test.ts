import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSchedule, type Schedule } from '../../src/manifest/schedule/parse.ts';
import { failurePauseMs, nextDue, spreadOf } from '../../src/runtime/schedule/due.ts';
import type { PlannedRead } from '../../src/runtime/schedule/planned-read.ts';
import type { ScheduleRow } from '../../src/runtime/schedule/schedule-store.ts';

const row = (more: Partial<ScheduleRow> = {}): ScheduleRow => ({
  servedTo: Date.parse('2026-03-29T00:00:00Z'),
  backfill: 'none',
  failures: 0,
  notBefore: 0,
  lastError: null,
  pausedAt: null,
  ...more,
});
const read = (schedule: string | undefined, place = 0): PlannedRead =>
  ({ schedule: schedule && (parseSchedule(schedule) as Schedule), place }) as PlannedRead;
const iso = (ms: number | undefined) => new Date(ms!).toISOString();

test('a read is due with the first tick after the run before began, at its own place in the spread', () => {
  expect(iso(nextDue(read('*/10 * * * *'), row(), 0)!.at)).toBe('2026-03-29T00:10:00.000Z');
  expect(iso(nextDue(read('*/10 * * * *', 0.5), row(), 120_000)!.at)).toBe('2026-03-29T00:11:00.000Z');
  expect(nextDue(read(undefined), row(), 0)).toBeUndefined();
});

test('a backfill comes before everything on schedule, at once', () => {
  expect(nextDue(read('*/10 * * * *'), row({ backfill: 'pending' }), 120_000)).toEqual({ kind: 'backfill', at: 0 });
  expect(nextDue(read(undefined), row({ backfill: 'pending', notBefore: 7 }), 0)).toEqual({ kind: 'backfill', at: 7 });
});

test('schedules are UTC: the hour that daylight saving skips or doubles elsewhere has its runs, once', () => {
  const ticks = [];
  let at = Date.parse('2026-03-28T23:59:00Z');
  for (let i = 0; i < 4; i++) {
    at = nextDue(read('30 * * * *'), row({ servedTo: at }), 0)!.at;
    ticks.push(iso(at).slice(11, 16));
  }
  expect(ticks).toEqual(['00:30', '01:30', '02:30', '03:30']);
});

test('however long nobody looked, one run makes up for it, and none is due again before the next tick', () => {
  const minutes = fc.integer({ min: 1, max: 60 * 24 * 400 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 59 }),
      minutes,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (every, slept, place) => {
        const planned = read(`*/${every} * * * *`, place);
        const start = row().servedTo;
        const spread = 30_000;
        const awake = start + slept * 60_000 + 30_000;
        const missed = nextDue(planned, row(), spread)!;
        if (missed.at > awake) return;
        // It starts now, and serves every tick up to now.
        const next = nextDue(planned, row({ servedTo: awake }), spread)!;
        expect(next.at).toBeGreaterThan(awake);
        expect(next.at - awake).toBeLessThanOrEqual(3_600_000 + spread);
      },
    ),
  );
});

test('starts spread with the number of reads, at most over two minutes', () => {
  expect([spreadOf(0), spreadOf(1), spreadOf(11), spreadOf(100_000)]).toEqual([0, 0, 500, 120_000]);
});

test('pauses after failures grow: 1, 4, 16, 64 minutes, and no further', () => {
  expect([1, 2, 3, 4, 5, 50].map((failures) => failurePauseMs(failures) / 60_000)).toEqual([1, 4, 16, 64, 64, 64]);
});

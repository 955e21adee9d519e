import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonNumber } from '../../src/mapping/json.ts';
import { queuePauseMs } from '../../src/runtime/write/queue/backoff.ts';
import { sameValue } from '../../src/runtime/write/queue/evidence.ts';
import type { QueuedWrite } from '../../src/runtime/write/queue/queued-write.ts';
import { isInDoubt, settleAttempt, settleEvidence } from '../../src/runtime/write/queue/settle.ts';
import type { RowOutcome } from '../../src/runtime/write/write-outcome.ts';

const error = { code: 'x', message: 'x' };
const written: RowOutcome = { status: 'success', recordId: '001' };
const refused: RowOutcome = { status: 'failure', again: 'never', error };
const locked: RowOutcome = { status: 'failure', again: 'soon', error };
const lost: RowOutcome = { status: 'unknown', error };

function write(rows: number, head: Partial<QueuedWrite['head']> = {}, more: Partial<QueuedWrite> = {}): QueuedWrite {
  return {
    number: 1,
    operation: 'op_1',
    state: 'sending',
    org: 'o',
    installationId: undefined,
    objectName: 'Account',
    way: 'plain',
    retryHours: 1,
    createdAt: 0,
    deadlineAt: 3_600_000,
    nextAt: 0,
    firstSentAt: 1,
    sentAt: 1,
    attempts: 1,
    apiCalls: 1,
    head: { type: 'update', object: 'Account', allOrNone: false, headers: {}, warnings: [], ...head },
    rows: Array.from({ length: rows }, (_, index) => ({
      row: { index, ifEmpty: [], notes: [] },
      settled: false,
    })),
    ...more,
  };
}

const attempt = (queued: QueuedWrite, outcomes: RowOutcome[]) => settleAttempt(queued, [...outcomes.keys()], outcomes);
const settled = (rows: readonly { settled: boolean }[]) => rows.map((row) => row.settled);

describe('after an attempt', () => {
  test('each record for itself: written and refused are settled, turned away and lost are not', () => {
    expect(settled(attempt(write(4), [written, refused, locked, lost]))).toEqual([true, true, false, false]);
  });

  test('all or nothing: together open while nothing is refused for good, together settled then', () => {
    const together = { allOrNone: true };
    expect(settled(attempt(write(2, together), [{ status: 'rolled-back' }, locked]))).toEqual([false, false]);
    expect(settled(attempt(write(2, together), [refused, locked]))).toEqual([true, true]);
    expect(settled(attempt(write(2, together), [written, written]))).toEqual([true, true]);
    expect(settled(attempt(write(2, together), [lost, lost]))).toEqual([false, false]);
  });

  test('a lost create is in doubt with a key alone, an external id or one of the UI API', () => {
    const create = { type: 'create' as const };
    expect(settled(attempt(write(1, create), [lost]))).toEqual([true]);
    expect(attempt(write(1, { ...create, createKey: { field: 'K__c' } }), [lost]).every(isInDoubt)).toBe(true);
    expect(settled(attempt(write(1, create, { way: 'keyed' }), [lost]))).toEqual([false]);
  });
});

describe('after a look', () => {
  const look = (queued: QueuedWrite, verdicts: ('applied' | 'not-applied' | 'unclear')[]) =>
    settleEvidence(
      { ...queued, rows: queued.rows.map((row) => ({ ...row, outcome: lost })) },
      new Map(
        verdicts.map((verdict, at) => [at, verdict === 'applied' ? { verdict, recordId: `00${at}` } : { verdict }]),
      ),
    );

  test('applied is written, not applied is sent again, unclear stays unknown', () => {
    const rows = look(write(3), ['applied', 'not-applied', 'unclear']);
    expect(settled(rows)).toEqual([true, false, true]);
    expect(rows.map(({ outcome }) => outcome?.status)).toEqual(['success', undefined, 'unknown']);
  });

  test('all or nothing: one record tells for all of them', () => {
    const together = write(3, { allOrNone: true });
    expect(settled(look(together, ['unclear', 'not-applied', 'unclear']))).toEqual([false, false, false]);
    const applied = look(together, ['unclear', 'applied', 'unclear']);
    expect(applied.map(({ outcome }) => outcome?.status)).toEqual(['success', 'success', 'success']);
    expect(look(together, ['unclear', 'unclear', 'unclear']).map(({ outcome }) => outcome?.status)).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});

test('until they are at their longest, pauses grow with each attempt whatever chance says, and never undercut the org’s wish', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(chance, chance, fc.constantFrom('soon', 'later'), fc.integer({ min: 1, max: 5 }), (a, b, kind, n) => {
      expect(queuePauseMs(n + 1, kind, b)).toBeGreaterThanOrEqual(queuePauseMs(n, kind, a));
    }),
  );
  expect(queuePauseMs(1, 'soon', 0.5, 90_000)).toBe(90_000);
  expect(queuePauseMs(10_000, 'later', 0.999)).toBeLessThanOrEqual(30 * 60_000);
});

test.each([
  ['', null],
  ['a ', 'a'],
  [1, new JsonNumber('1.0')],
  ['5', 5],
  [true, true],
  ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000+0000'],
  ['001Am00000000G9', '001Am00000000G9IAI'],
])('%j is what the org holds as %j', (ours, theirs) => {
  expect(sameValue(ours, theirs)).toBe(true);
});

test.each([
  ['a', 'b'],
  [null, 'x'],
  [0, null],
  [false, null],
  [1, 2],
  ['2026-03-01', '2026-03-02'],
])('%j is not %j', (ours, theirs) => {
  expect(sameValue(ours, theirs)).toBe(false);
});

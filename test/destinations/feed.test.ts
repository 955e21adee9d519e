import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { createOutbox } from '../../src/destinations/outbox.ts';
import { Feed, type PendingRow } from '../../src/destinations/sender/feed.ts';
import { openMemoryState } from '../../src/store/state.ts';

interface Planned {
  lane: number;
  overlap: boolean;
  /** How often it fails before it is accepted. */
  failures: number;
}

const planned: fc.Arbitrary<Planned> = fc.record({
  lane: fc.integer({ min: 0, max: 4 }),
  overlap: fc.boolean(),
  failures: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
});

/** A project with one destination, and a feed over it. */
function prepare() {
  const state = openMemoryState();
  const { id } = createDestinationStore(state.db).add({ name: 'crm', kind: 'stdout', settings: {} });
  const add = (messages: readonly Planned[], from: number) =>
    createOutbox(state.db).add(
      messages.map(({ lane, overlap }, i) => ({
        id: `msg_${String(from + i).padStart(6, '0')}`,
        destination: 'crm',
        orderKey: `lane ${lane}`,
        ...(overlap ? { overlap: 'read' } : {}),
        body: Buffer.from('{}'),
        records: 1,
        topic: 'read',
      })),
    );
  const end = (row: PendingRow) => state.db.prepare("UPDATE outbox SET state = 'delivered' WHERE seq = ?").run(row.seq);
  return { feed: new Feed(state.db, id), add, end, db: state.db };
}

describe('what may start next', () => {
  test('any plan, any interleaving of starts and answers: each message is accepted once, strict ones in order', () => {
    fc.assert(
      fc.property(
        fc.array(planned, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.nat()),
        (plan, mostInFlight, chance) => {
          const { feed, add, end } = prepare();
          const half = Math.ceil(plan.length / 2);
          add(plan.slice(0, half), 0);
          let added = half;
          let now = 1000;
          const left = plan.map(({ failures }) => failures);
          const inFlight: PendingRow[] = [];
          const accepted: number[] = [];
          const pick = () => chance.next().value as number;
          for (let step = 0; accepted.length < plan.length; step++) {
            if (step > 20_000) throw new Error('nothing moves any more');
            now++;
            // Messages may be added while others are on their way.
            if (added < plan.length && pick() % 5 === 0) {
              add(plan.slice(added, added + 7), added);
              added = Math.min(plan.length, added + 7);
            }
            const row = inFlight.length < mostInFlight ? feed.take(now) : undefined;
            if (row) {
              checkMayStart(row, inFlight, plan, accepted);
              inFlight.push(row);
              continue;
            }
            if (inFlight.length === 0) {
              if (added < plan.length) {
                add(plan.slice(added), added);
                added = plan.length;
              }
              now = Math.max(now, feed.nextDueAt() ?? now);
              continue;
            }
            const [answered] = inFlight.splice(pick() % inFlight.length, 1);
            const index = indexOf(answered!);
            if (left[index]! > 0) {
              left[index]!--;
              answered!.failedAt = now;
              answered!.dueAt = now + (pick() % 50);
              feed.settle(answered!, 'again');
            } else {
              accepted.push(index);
              end(answered!);
              feed.settle(answered!, 'ended');
              feed.accepted(now, pick() % 3 === 0);
            }
          }
          expect([...accepted].sort((a, b) => a - b)).toEqual(plan.map((_, i) => i));
          expect(feed.take(now + 1e9)).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a lane that waits, however long, hides no other', () => {
    const { feed, add } = prepare();
    add(
      Array.from({ length: 2000 }, () => ({ lane: 0, overlap: false, failures: 9 })),
      0,
    );
    add([{ lane: 1, overlap: false, failures: 0 }], 2000);
    const first = feed.take(0)!;
    first.dueAt = 1e7;
    feed.settle(first, 'again');
    expect(feed.take(1)?.id).toBe('msg_002000');
    expect(feed.take(2)).toBeUndefined();
    expect(feed.nextDueAt()).toBe(1e7);
  });

  test('a clock that is set back by ten years delays nothing', () => {
    const { feed, add } = prepare();
    add([{ lane: 0, overlap: false, failures: 1 }], 0);
    const now = Date.parse('2026-02-03T09:00:00Z');
    const row = feed.take(now)!;
    row.dueAt = now + 5_000;
    feed.settle(row, 'again');
    const before = now - 10 * 365 * 24 * 3600 * 1000;
    expect(feed.take(before)).toBeUndefined();
    expect(feed.take(before + 5_000)?.id).toBe('msg_000000');
  });

  test('a row written by a clock that was far ahead is due', () => {
    const { feed, add, db } = prepare();
    add([{ lane: 0, overlap: false, failures: 1 }], 0);
    db.prepare('UPDATE outbox SET attempts = 1, next_attempt_at = ?').run(Date.parse('2099-01-01T00:00:00Z'));
    expect(feed.take(Date.parse('2026-02-03T09:00:00Z'))?.id).toBe('msg_000000');
  });

  test('a reset reads the outbox again and starts nothing twice that is on its way', () => {
    const { feed, add, end } = prepare();
    add(
      Array.from({ length: 10 }, () => ({ lane: 0, overlap: true, failures: 0 })),
      0,
    );
    const flying = [feed.take(0)!, feed.take(0)!];
    feed.reset();
    const rest: string[] = [];
    for (let row = feed.take(0); row; row = feed.take(0)) rest.push(row.id);
    expect(rest).toHaveLength(8);
    for (const row of flying) {
      end(row);
      feed.settle(row, 'ended');
    }
    expect(feed.take(1)).toBeUndefined();
  });
});

function indexOf(row: PendingRow): number {
  return Number(row.id.slice(4));
}

/** Everything before it in its lane has ended, or shares its overlap. */
function checkMayStart(row: PendingRow, inFlight: PendingRow[], plan: Planned[], accepted: number[]): void {
  const index = indexOf(row);
  expect(inFlight).not.toContain(row);
  expect(accepted).not.toContain(index);
  const ended = new Set(accepted);
  for (let before = 0; before < index; before++) {
    if (plan[before]!.lane !== plan[index]!.lane || ended.has(before)) continue;
    expect(plan[before]!.overlap && plan[index]!.overlap, `${index} started before ${before}`).toBe(true);
  }
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue } from '../../src/runtime/schedule/fair-queue.ts';
import { ReadPlaces } from '../../src/runtime/schedule/read-places.ts';

const limits = { concurrentReads: 4, concurrentReadsPerOrg: 2 };

test('customers take turns: a thousand reads of one do not delay the single one of another', () => {
  const queue = new FairQueue<string>();
  for (let i = 0; i < 1000; i++) queue.add('huge', `huge ${i}`);
  queue.add('small', 'small');
  expect([queue.take(() => true), queue.take(() => true), queue.take(() => true)]).toEqual([
    'huge 0',
    'small',
    'huge 1',
  ]);
});

test('nothing is lost, doubled or reordered within a customer, whatever may start', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.nat(9))),
      fc.func(fc.boolean()),
      (added, mayStart) => {
        const queue = new FairQueue<{ owner: number; number: number }>();
        for (const [number, [owner]] of added.entries()) queue.add(String(owner), { owner, number });
        const taken: { owner: number; number: number }[] = [];
        for (let item = queue.take(mayStart); item; item = queue.take(mayStart)) taken.push(item);
        for (let item = queue.take(() => true); item; item = queue.take(() => true)) taken.push(item);
        expect(taken.map(({ number }) => number).sort((a, b) => a - b)).toEqual(added.map((_, at) => at));
        expect(queue.size).toBe(0);
      },
    ),
  );
});

test('what is no longer wanted leaves the queue', () => {
  const queue = new FairQueue<number>();
  for (const number of [1, 2, 3]) queue.add('a', number);
  queue.remove((number) => number !== 2);
  expect([queue.size, queue.take(() => true), queue.take(() => true)]).toEqual([1, 2, undefined]);
});

test('no org and no customer takes all places, and together there are only so many', () => {
  const places = new ReadPlaces(limits);
  const enter = (org: string, installationId: string, startedAt = 0) =>
    places.enter({ org, installationId, startedAt });
  enter('a', 'one');
  const second = enter('a', 'two');
  expect(places.mayStart({ org: 'a', installationId: 'three' })).toBe(false);
  second.leave();
  expect(places.mayStart({ org: 'a', installationId: 'three' })).toBe(true);
  enter('b', 'four');
  enter('c', 'four');
  expect(places.mayStart({ org: 'd', installationId: 'four' })).toBe(false);
  expect(places.hasPlace(0)).toBe(true);
  enter('d', 'five');
  expect(places.hasPlace(0)).toBe(false);
});

test('a long read leaves its place to short ones, until there are too many of them', () => {
  const places = new ReadPlaces(limits);
  for (let i = 0; i < 4; i++) places.enter({ org: `org ${i}`, installationId: `${i}`, startedAt: 0 });
  expect([places.hasPlace(9_999), places.hasPlace(10_000), places.nextFreeAt()]).toEqual([false, true, 10_000]);
  for (let i = 4; i < 16; i++) places.enter({ org: `org ${i}`, installationId: `${i}`, startedAt: 0 });
  expect(places.hasPlace(1_000_000)).toBe(false);
});

import { expect, test } from 'vitest';
import { AmpError } from '../../src/errors/amp-error.ts';
import { watchSelection } from '../../src/runtime/subscribe/selection-watch.ts';
import { StreamStore } from '../../src/runtime/subscribe/stream-store.ts';
import type { Subscription } from '../../src/runtime/subscribe/subscription.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { quickClock } from '../read/read-world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const begin = Date.UTC(2026, 1, 3, 9);
const channel = '/data/AccountChangeEvent';

/** An org whose clock is a day ahead of ours, and what it has selected. */
function world() {
  const { db } = openMemoryState();
  let now = begin;
  const store = new StreamStore(db, () => now);
  const subscriptions = [
    { scope: 'ins_1', channel, object: 'Account' },
    { scope: 'ins_1', channel: '/event/Order_Shipped__e', object: 'Order_Shipped__e' },
  ] as Subscription[];
  const org = {
    members: ['0v8A'] as string[] | undefined,
    mayLook: true,
    fault: undefined as Error | undefined,
    looks: 0,
  };
  const told: (readonly string[])[] = [];
  const open = () =>
    watchSelection({
      store,
      clock: { ...quickClock, now: () => now },
      subscriptions,
      orgTime: async () => now + 24 * hourMs,
      async fetchSelections() {
        org.looks++;
        if (org.fault) throw org.fault;
        if (!org.mayLook) return undefined;
        return new Map(org.members ? [['Account', org.members]] : []);
      },
      transaction: (work) => db.transaction(work),
      onChange: (silent) => told.push([...silent]),
    });
  return { store, org, told, open, advance: (ms: number) => (now += ms), orgNow: () => now + 24 * hourMs };
}

/** The stream has nothing more. */
const quiet = () => Number.POSITIVE_INFINITY;

const summary = async (lapses: ReturnType<ReturnType<typeof watchSelection>['findLapses']>) =>
  (await lapses).map(({ subscription, fromMs, cause }) => [subscription.object, fromMs, cause]);

test('an object that stays selected is looked at each hour and never read', async () => {
  const { org, told, open, advance } = world();
  const watch = open();
  await watch.look();
  for (let minute = 0; minute < 24 * 60; minute++) {
    advance(minuteMs);
    expect(await watch.findLapses(quiet)).toEqual([]);
  }
  expect(org.looks).toBe(1 + 24);
  // Another channel selects it as well, and then alone.
  for (const members of [['0v8A', '0v8B'], ['0v8B']]) {
    org.members = members;
    advance(hourMs);
    expect(await watch.findLapses(quiet)).toEqual([]);
  }
  expect([told, watch.silent]).toEqual([[], []]);
});

test('one that is left out is told once, and when it is back all since it was last selected is to be read', async () => {
  const { org, told, open, advance, orgNow } = world();
  const watch = open();
  await watch.look();
  advance(hourMs);
  await watch.findLapses(quiet);
  const seenAt = orgNow();
  org.members = undefined;
  for (let hour = 0; hour < 5; hour++) {
    advance(hourMs);
    expect(await watch.findLapses(quiet)).toEqual([]);
  }
  expect([told, watch.silent]).toEqual([[['Account']], ['Account']]);
  org.members = ['0v8C'];
  advance(hourMs);
  expect(await summary(watch.findLapses(quiet))).toEqual([['Account', seenAt, 'selection 0v8C']]);
  expect(told).toEqual([['Account'], []]);
  expect(await watch.findLapses(quiet)).toEqual([]);
});

test('what is read comes after what the stream still has of an earlier time', async () => {
  const { org, open, advance, orgNow } = world();
  await open().look();
  org.members = ['0v8D'];
  advance(hourMs);
  const watch = open();
  await watch.look();
  const until = (ms: number) => (asked: string) => (asked === channel ? ms : Number.POSITIVE_INFINITY);
  expect(await watch.findLapses(until(Number.NEGATIVE_INFINITY))).toEqual([]);
  expect(await watch.findLapses(until(orgNow() - 1))).toEqual([]);
  expect(await watch.findLapses(until(orgNow()))).toHaveLength(1);
  expect(await watch.findLapses(quiet)).toEqual([]);
});

test('a lapse between two looks, or while nothing ran, is known by its new member; it stays until it was read', async () => {
  const { org, open, advance, orgNow } = world();
  await open().look();
  const seenAt = orgNow();
  org.members = ['0v8D'];
  advance(70 * hourMs);
  for (let start = 0; start < 3; start++) {
    const watch = open();
    await watch.look();
    const found = watch.findLapses(quiet);
    expect(await summary(found)).toEqual([['Account', seenAt, 'selection 0v8D']]);
    if (start === 2) (await found)[0]!.close();
  }
  const watch = open();
  await watch.look();
  expect(await watch.findLapses(quiet)).toEqual([]);
});

test('what was never selected is read from the beginning of its subscription', async () => {
  const { store, org, open, advance } = world();
  store.beginAt('ins_1', channel, begin - hourMs);
  org.members = undefined;
  const watch = open();
  await watch.look();
  expect(watch.silent).toEqual(['Account']);
  org.members = ['0v8A'];
  advance(hourMs);
  expect(await summary(watch.findLapses(quiet))).toEqual([['Account', begin - hourMs, 'selection 0v8A']]);
});

test('a user who may not look learns nothing, and an org that is away is asked again soon', async () => {
  const { org, told, open, advance } = world();
  const watch = open();
  await watch.look();
  org.mayLook = false;
  advance(hourMs);
  expect(await watch.findLapses(quiet)).toEqual([]);
  org.mayLook = true;
  org.members = undefined;
  org.fault = new AmpError({ code: 'salesforce-unreachable', message: 'No route to the org.' });
  advance(hourMs);
  expect(await watch.findLapses(quiet)).toEqual([]);
  org.fault = undefined;
  advance(4 * minuteMs);
  await watch.findLapses(quiet);
  expect(told).toEqual([]);
  advance(minuteMs);
  await watch.findLapses(quiet);
  expect(told).toEqual([['Account']]);
  org.fault = new AmpError({ code: 'org-sign-in-expired', message: 'The grant is gone.' });
  advance(hourMs);
  await expect(watch.findLapses(quiet)).rejects.toMatchObject({ code: 'org-sign-in-expired' });
});

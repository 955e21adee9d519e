import { describe, expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { createOutbox } from '../../src/destinations/outbox.ts';
import { defaultSchedule } from '../../src/destinations/schedule.ts';
import { Sender } from '../../src/destinations/sender/sender.ts';
import { openMemoryState } from '../../src/store/state.ts';

describe('the rate of a project', () => {
  test('DEST-6 more than 1,000 messages a second to three destinations: at most 1,000 leave in any second, none is lost', async () => {
    const state = openMemoryState();
    const store = createDestinationStore(state.db);
    const names = ['a', 'b', 'c'];
    for (const name of names) store.add({ name, kind: 'stdout', settings: {} });
    createOutbox(state.db).add(
      Array.from({ length: 4_500 }, (_, i) => ({
        id: `msg_${i}`,
        destination: names[i % 3]!,
        orderKey: String(i),
        body: Buffer.from('{}'),
        records: 1,
        topic: 'read',
      })),
    );
    // Time stands still but for the sender's own waits.
    let now = 1_000_000;
    const clock = {
      now: () => now,
      sleep: async (ms: number, signal?: AbortSignal) => {
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        now += ms;
      },
    };
    const left: { id: string; at: number }[] = [];
    const sender = new Sender({
      db: state.db,
      clock,
      schedule: defaultSchedule,
      random: () => 0.5,
      ratePerSecond: 1000,
      pollMs: 1000,
      openTarget: async () => ({
        send: async ({ id }) => {
          left.push({ id, at: now });
          return { kind: 'delivered', status: 200 };
        },
        close: async () => {},
      }),
      downloads: { prepare: async () => {}, fill: () => undefined },
      onAttempt: () => {},
      onDisabled: () => {},
    });
    await sender.refresh();
    while (left.length < 4_500) await sender.wait();
    await sender.stop(1000);

    expect(new Set(left.map(({ id }) => id)).size).toBe(4_500);
    for (let i = 1000; i < left.length; i++) expect(left[i]!.at - left[i - 1000]!.at).toBeGreaterThanOrEqual(1000);
    // And the share is used: 4,500 messages need little more than 4.25 seconds.
    expect(left.at(-1)!.at - left[0]!.at).toBeLessThan(5_500);
    expect(createOutbox(state.db).backlog()).toMatchObject({ delivered: 4_500, pending: 0 });
  });
});

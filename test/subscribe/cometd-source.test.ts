import { describe, expect, test } from 'vitest';
import type { StartPosition, StreamItem } from '../../src/providers/event-source.ts';
import { createCometdSource } from '../../src/providers/salesforce/events/cometd-source.ts';
import { type Faults, SimulatedStream, seeded, VirtualClock } from './simulated-stream.ts';

const channel = '/data/AccountChangeEvent';
const calm: Faults = { drop: 0, dropAnswer: 0, forget: 0, expireSession: 0, busy: 0 };

function world(seed: number, faults: Partial<Faults> = {}) {
  const random = seeded(seed);
  const clock = new VirtualClock();
  const stream = new SimulatedStream(channel, clock, random, { ...calm, ...faults });
  const source = createCometdSource({ transport: stream, clock, random });
  return { random, clock, stream, source };
}

/** Follows until `done` says so; each item is handed to `take`. */
async function follow(
  source: ReturnType<typeof world>['source'],
  from: StartPosition,
  take: (item: StreamItem) => boolean,
): Promise<void> {
  const controller = new AbortController();
  for await (const item of source.follow({ channels: [{ channel, from }], signal: controller.signal })) {
    if (take(item)) {
      controller.abort();
      return;
    }
  }
}

async function collect(
  source: ReturnType<typeof world>['source'],
  from: StartPosition,
  count: number,
): Promise<string[]> {
  const ids: string[] = [];
  await follow(source, from, (item) => {
    if (item.kind === 'events') ids.push(...item.events.map((event) => String(event.payload.value.Name)));
    return ids.length >= count;
  });
  return ids;
}

describe('following an org', () => {
  test('SUB-2 without a position only new events come; with one, the first event after it', async () => {
    const { stream, source } = world(1);
    for (const id of ['a', 'b', 'c']) stream.commit(id);
    const fresh: string[] = [];
    await follow(source, 'now', (item) => {
      if (item.kind === 'status') stream.commit('d');
      if (item.kind === 'events') fresh.push(...item.events.map((event) => String(event.payload.value.Name)));
      return fresh.length > 0;
    });
    expect(fresh).toEqual(['d']);
    expect(await collect(source, { after: String(stream.log[0]!.replayId) }, 3)).toEqual(['b', 'c', 'd']);
    expect(await collect(source, 'earliest', 4)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('SUB-2 a line that breaks before the first event: what was committed meanwhile comes', async () => {
    const { stream, source } = world(8);
    stream.commit('older');
    const seen: string[] = [];
    let breaks = 0;
    await follow(source, 'now', (item) => {
      if (item.kind === 'status' && item.status.state === 'connected' && breaks++ === 0) {
        stream.faults.drop = 1;
      } else if (item.kind === 'status' && item.status.state === 'reconnecting') {
        stream.commit('meanwhile');
        stream.faults.drop = 0;
      }
      if (item.kind === 'events') seen.push(...item.events.map((event) => String(event.payload.value.Name)));
      return seen.includes('meanwhile');
    });
    expect(seen).toContain('meanwhile');
  });

  test('SUB-4 a forgotten client shakes hands again and goes on from its position', async () => {
    const { stream, source } = world(2, { forget: 0.3 });
    for (let index = 0; index < 50; index++) stream.commit(`r${index}`);
    expect(await collect(source, 'earliest', 50)).toEqual(stream.log.map((entry) => entry.id));
  });

  test('SUB-5 a session that expires in mid-stream is renewed once and the stream goes on', async () => {
    const { stream, source } = world(3);
    for (let index = 0; index < 10; index++) stream.commit(`r${index}`);
    const ids: string[] = [];
    await follow(source, 'earliest', (item) => {
      if (item.kind === 'events') ids.push(...item.events.map((event) => String(event.payload.value.Name)));
      if (ids.length > 2 && stream.renewals === 0) stream.expireSession();
      return ids.length >= 10;
    });
    expect(ids).toEqual(stream.log.map((entry) => entry.id));
    expect(stream.renewals).toBe(1);
  });

  test('SUB-6 a position older than retention is reported as a gap, then the retained events come', async () => {
    const { stream, source, clock } = world(4);
    stream.commit('old');
    stream.commit('lost');
    clock.advance(80 * 3_600_000);
    stream.commit('kept');
    const items: StreamItem[] = [];
    await follow(source, { after: String(stream.log[0]!.replayId) }, (item) => {
      items.push(item);
      return item.kind === 'events' && item.events.length > 0;
    });
    expect(items.find((item) => item.kind === 'gap')).toMatchObject({
      channel,
      lostAfter: String(stream.log[0]!.replayId),
    });
    expect(
      items.flatMap((item) => (item.kind === 'events' ? item.events.map((event) => event.payload.value.Name) : [])),
    ).toEqual(['kept']);
  });

  test('SUB-7 a network that drops both ways and a busy server lose nothing and repeat nothing', async () => {
    const { stream, source } = world(5, { drop: 0.2, dropAnswer: 0, busy: 0.2 });
    for (let index = 0; index < 60; index++) stream.commit(`r${index}`);
    expect(await collect(source, 'earliest', 60)).toEqual(stream.log.map((entry) => entry.id));
  });

  test('SUB-30 a missing permission ends the stream at once, without retries', async () => {
    const { clock } = world(6);
    let posts = 0;
    const source = createCometdSource({
      clock,
      random: () => 0,
      transport: {
        renewSession: async () => {},
        async post(body) {
          posts++;
          const [message] = JSON.parse(body);
          if (message.channel === '/meta/handshake')
            return JSON.stringify([{ channel: message.channel, successful: true, clientId: 'c' }]);
          return JSON.stringify([
            {
              channel: message.channel,
              successful: false,
              error: '403::User not allowed to subscribe CDC without View All Data permissions',
            },
          ]);
        },
      },
    });
    await expect(collect(source, 'now', 1)).rejects.toMatchObject({
      code: 'subscribe-refused',
      message: expect.stringContaining('View All Data'),
    });
    expect(posts).toBe(2);
  });

  test('any interleaving of commits, lost answers, expiry, restarts and retention: every event is delivered or lies in a reported gap', async () => {
    for (let seed = 1; seed <= 2_000; seed++) {
      const { random, clock, stream, source } = world(seed, {
        drop: 0.1,
        dropAnswer: 0.1,
        forget: 0.05,
        expireSession: 0.03,
        busy: 0.05,
      });
      const delivered = new Set<string>();
      const gaps: { after: number }[] = [];
      let position: StartPosition = 'earliest';
      const total = 5 + Math.floor(random() * 20);
      let committed = 0;
      let turns = 0;
      while (delivered.size + lostIn(gaps, stream, delivered).length < total || committed < total) {
        expect(++turns, `seed ${seed} does not end`).toBeLessThan(500);
        // A process that lives for a few items and then is killed, sometimes before its position was saved.
        let life = 1 + Math.floor(random() * 6);
        await follow(source, position, (item) => {
          if (committed < total && random() < 0.7) stream.commit(`r${committed++}`);
          if (item.kind === 'gap') gaps.push({ after: Number(item.lostAfter) });
          if (item.kind === 'events' && item.events.length > 0) {
            for (const event of item.events) delivered.add(String(event.payload.value.Name));
            if (random() < 0.8) position = { after: item.events.at(-1)!.replayId };
          }
          return --life <= 0;
        });
        if (position !== 'earliest' && random() < 0.03) clock.advance(75 * 3_600_000);
      }
      const missing = stream.log.filter((entry) => !delivered.has(entry.id)).map((entry) => entry.id);
      expect(missing, `seed ${seed}`).toEqual(lostIn(gaps, stream, delivered));
    }
  }, 60_000);
});

/** Events behind a refused position that were never delivered: what a healing read has to fetch. */
function lostIn(gaps: { after: number }[], stream: SimulatedStream, delivered: Set<string>): string[] {
  if (gaps.length === 0) return [];
  const from = Math.min(...gaps.map((gap) => gap.after));
  return stream.log.filter((entry) => entry.replayId > from && !delivered.has(entry.id)).map((entry) => entry.id);
}

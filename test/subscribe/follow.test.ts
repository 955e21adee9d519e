import { afterEach, describe, expect, test } from 'vitest';
import type { SubscribeObject } from '../../src/manifest/manifest.ts';
import { type JsonObject, renderJson } from '../../src/mapping/json.ts';
import { parseJson } from '../../src/mapping/parse-json.ts';
import type { StartPosition } from '../../src/providers/event-source.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { fetchSelection, selectObject } from '../../src/providers/salesforce/events/channel-selection.ts';
import { createCometdSource } from '../../src/providers/salesforce/events/cometd-source.ts';
import { createCometdTransport } from '../../src/providers/salesforce/events/cometd-transport.ts';
import { matchesWatch } from '../../src/providers/salesforce/events/watch-filter.ts';
import { renderEntry } from '../../src/runtime/subscribe/event-entry.ts';
import { type Delivered, type FollowWorld, followEvents } from '../../src/runtime/subscribe/follow.ts';
import { healGap } from '../../src/runtime/subscribe/heal.ts';
import { orgWorld } from '../../src/runtime/subscribe/org-world.ts';
import { renderMessages } from '../../src/runtime/subscribe/outbox-messages.ts';
import { StreamStore } from '../../src/runtime/subscribe/stream-store.ts';
import type { Subscription } from '../../src/runtime/subscribe/subscription.ts';
import { resolveSubscription } from '../../src/runtime/subscribe/subscription-source.ts';
import { change, quickClock, readObject, startReadWorld, type TestWorld } from '../read/read-world.ts';

const signal = () => AbortSignal.timeout(20_000);
const object = readObject('Account', ['Name', ['Industry', 'sector'], ['Phone', 'tel']], { mapToName: 'company' });

const everything: SubscribeObject = {
  objectName: 'Account',
  destination: 'crm',
  inheritFieldsAndMapping: true,
  createEvent: true,
  deleteEvent: true,
  updateEvent: { watch: 'all' },
  otherEvents: [],
};

let world: TestWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function startStream(subscribed: Partial<SubscribeObject> = {}) {
  world = await startReadWorld({ frozenClock: false });
  const { client, state, record, org, emulator } = world;
  // The org's clock jumps over days in some tests; the sign-in is not what they are about.
  emulator.settings.sessionTimeoutMs = 1000 * 3_600_000;
  await selectObject(client, 'Account', signal());
  const describer = createDescriber({ client, org: record, clock: quickClock, cacheDir: undefined });
  const describeObject = (name: string) => describer.object(name);
  const subscription = await resolveSubscription({
    describe: describeObject,
    source: { integration: undefined, object, config: undefined, installation: undefined },
    subscribed: { ...everything, ...subscribed },
    config: undefined,
    scope: 'ins_1',
  });
  const store = new StreamStore(state.db, () => org.clock.now());
  const notes: string[] = [];

  /** Follows until `count` entries came; `act` runs once the stream is connected. `dieBefore`: killed before committing that entry. */
  async function follow(
    from: StartPosition,
    count: number,
    act: () => void = () => {},
    options: { dieBefore?: number } = {},
  ): Promise<Delivered[]> {
    const delivered: Delivered[] = [];
    const controller = new AbortController();
    const stop = AbortSignal.any([controller.signal, signal()]);
    const killed = new Error('killed');
    try {
      await followEvents(
        {
          source: createCometdSource({ transport: createCometdTransport(client), clock: quickClock, random: () => 0 }),
          store,
          clock: quickClock,
          signal: stop,
          ...orgWorld(client, describeObject, stop),
          transaction: (work) => state.db.transaction(work),
          deliver: (items) => {
            if (options.dieBefore !== undefined && delivered.length + items.length > options.dieBefore) throw killed;
          },
          onDelivered: (items) => delivered.push(...items),
          onPosition: () => {
            if (delivered.length >= count) controller.abort();
          },
          onStatus: (status) => {
            if (status.state === 'connected') act();
          },
          note: (_channel, kind, message) => notes.push(`${kind}: ${message}`),
        },
        [subscription],
        () => from,
      );
    } catch (error) {
      if (error !== killed) throw error;
    }
    return delivered;
  }

  const stored = (): StartPosition => ({ after: store.position('ins_1', subscription.channel)!.replayId });
  return { org, emulator, client, store, state, subscription, notes, follow, stored, describeObject };
}

test('a watched name follows its source into addresses and over parents, and never to another field of the same name', async () => {
  world = await startReadWorld({ frozenClock: false });
  const { client, record } = world;
  const describer = createDescriber({ client, org: record, clock: quickClock, cacheDir: undefined });
  const sources = {
    town: "$['BillingAddress']['city']",
    place: 'ShippingAddress',
    owner: "$['Owner']['Name']",
    head: "$['Parent']['Phone']",
  };
  const fields = Object.entries(sources).map(([mapToName, source]): [string, string] => [source, mapToName]);
  const watching = async (watch: 'selected' | string[]) => {
    const { selection } = await resolveSubscription({
      describe: (name) => describer.object(name),
      source: {
        integration: undefined,
        object: readObject('Account', fields),
        config: undefined,
        installation: undefined,
      },
      subscribed: { ...everything, updateEvent: { watch } },
      config: undefined,
      scope: 'ins_1',
    });
    return (changed: string) => matchesWatch(selection.update!, ['LastModifiedDate', changed]);
  };
  const changes = [
    'BillingAddress.City',
    'ShippingAddress.Street',
    'OwnerId',
    'ParentId',
    'BillingAddress.Street',
    'Name',
    'Phone',
  ];
  const matched = async (...watch: string[]) => changes.filter(await watching(watch));
  expect(await matched('town')).toEqual(['BillingAddress.City']);
  expect(await matched('place')).toEqual(['ShippingAddress.Street']);
  expect(await matched('owner')).toEqual(['OwnerId']);
  expect(await matched('head')).toEqual(['ParentId']);
  expect(changes.filter(await watching('selected'))).toEqual(changes.slice(0, 4));
});

test('a stream on which nothing happens says now and then that it was looked at', async () => {
  world = await startReadWorld();
  let now = Date.UTC(2026, 1, 3);
  const store = new StreamStore(world.state.db, () => now);
  const subscription = {
    scope: 'ins_1',
    channel: '/data/AccountChangeEvent',
    selection: {},
  } as unknown as Subscription;
  store.savePosition('ins_1', subscription.channel, '42', now);
  const committedAtMs = now;
  await followEvents(
    {
      source: {
        async *follow() {
          for (let hour = 0; hour < 100; hour++) {
            now += 3_600_000;
            yield { kind: 'events', events: [], receivedAt: now };
          }
        },
      },
      store,
      clock: { ...quickClock, now: () => now },
      signal: signal(),
      transaction: (work: () => void) => world!.state.db.transaction(work),
    } as unknown as FollowWorld,
    [subscription],
    () => 'earliest',
  );
  expect(store.position('ins_1', subscription.channel)).toEqual({ replayId: '42', committedAtMs, savedAtMs: now });
});

test('a hole that was read is not read again when the same position is refused once more, until an event came after it', async () => {
  world = await startReadWorld();
  const { state } = world;
  let now = Date.UTC(2026, 1, 3);
  const store = new StreamStore(state.db, () => now);
  const subscription = { scope: 'ins_1', channel: '/data/AccountChangeEvent', object: 'Account' } as Subscription;
  const begun = now;
  store.savePosition('ins_1', subscription.channel, '42', begun);
  const froms: number[] = [];
  const healing = {
    store,
    orgTime: async () => now,
    async *fetchWindow(_: Subscription, { fromMs }: { fromMs: number }, phase: string) {
      if (phase === 'changed') froms.push((fromMs - begun) / 60_000);
      yield [];
    },
    transaction: (work: () => void) => state.db.transaction(work),
    deliver: () => {},
    note: () => {},
  } as unknown as FollowWorld;
  const refuse = async () => {
    now += 100 * 60_000;
    await healGap(healing, subscription, '42');
  };
  await refuse();
  await refuse();
  store.savePosition('ins_1', subscription.channel, '43', begun + 60_000);
  await refuse();
  expect(froms).toEqual([-10, 90, -9]);
});

const kinds = (items: Delivered[]) => items.map(({ type }) => type);

describe('following an emulated org', () => {
  test('SUB-14 creates and deletes arrive; a delete carries its id though the record is gone', async () => {
    const { org, follow } = await startStream();
    let id = '';
    const items = await follow('now', 2, () => {
      change(org, (transaction) => {
        const result = transaction.insert('Account', { Name: 'Quayline' });
        id = result.success ? result.id : '';
      });
      change(org, (transaction) => transaction.delete('Account', id));
    });
    expect(kinds(items)).toEqual(['create', 'delete']);
    expect(items[1]!.entry).toMatchObject({ subscribeEventType: 'delete', providerEventType: 'DELETE', id });
  });

  test('SUB-28 fields and mappings equal those of a read', async () => {
    const { org, follow } = await startStream();
    const [item] = await follow('now', 1, () => {
      change(org, (transaction) =>
        transaction.insert('Account', { Name: 'Quayline', Industry: 'Shipping', Phone: '0049' }),
      );
    });
    const { lines } = await world!.read({ object });
    expect(JSON.parse(renderJson(item!.entry.fields!))).toEqual(lines[0]!.fields);
    expect(JSON.parse(renderJson(item!.entry.mappedFields!))).toEqual(lines[0]!.mappedFields);
  });

  test('SUB-21 a message names action, objects and commit time, and has neither operation nor read type', async () => {
    const { org, follow } = await startStream();
    const items = await follow('now', 1, () =>
      change(org, (transaction) => transaction.insert('Account', { Name: 'A' })),
    );
    const envelope = {
      projectId: 'local',
      provider: 'salesforce',
      workspace: 'acme',
      groupRef: 'g',
      groupName: 'G',
      consumerRef: '',
      consumerName: '',
      installationId: 'ins_1',
      installationUpdateTime: '2026-03-01T10:00:00.000Z',
    };
    const [message] = renderMessages(envelope, items);
    const body = JSON.parse(Buffer.from(message!.body).toString()) as Record<string, unknown>;
    expect(body).toMatchObject({
      action: 'subscribe',
      objectName: 'company',
      rawObjectName: 'Account',
      operationTime: new Date(items[0]!.committedAtMs).toISOString(),
      resultInfo: { type: 'inline', numRecords: 1 },
    });
    expect(body).not.toHaveProperty('operationId');
    expect(body).not.toHaveProperty('readType');
  });

  test('SUB-16 SUB-20 one event for several records makes an entry each, with every digit of the commit number', async () => {
    const { org, follow } = await startStream();
    const ids: string[] = [];
    change(org, (transaction) => {
      for (const name of ['A', 'B', 'C']) {
        const result = transaction.insert('Account', { Name: name });
        if (result.success) ids.push(result.id);
      }
    });
    const items = await follow('now', 3, () => {
      change(org, (transaction) => {
        for (const id of ids) transaction.update('Account', id, { Phone: '1' });
      });
    });
    expect(items.map(({ recordId }) => recordId).sort()).toEqual([...ids].sort());
    for (const { entry } of items) {
      const header = entry.rawEvent.value.ChangeEventHeader as JsonObject;
      expect(header).not.toHaveProperty('recordIds');
      expect(renderJson(header)).toMatch(/"commitNumber":\d{19}/);
    }
  });

  test('SUB-3 killed before the position was saved, the event comes again and none is skipped', async () => {
    const { org, follow, stored } = await startStream();
    await follow('now', 1, () => change(org, (transaction) => transaction.insert('Account', { Name: 'first' })));
    for (const name of ['second', 'third']) change(org, (transaction) => transaction.insert('Account', { Name: name }));
    const lost = await follow(stored(), 2, () => {}, { dieBefore: 1 });
    const again = await follow(stored(), 2 - lost.length);
    expect([...lost, ...again].map(({ entry }) => (entry.fields as JsonObject).name)).toEqual(['second', 'third']);
  });

  test('SUB-19 an event that was delivered before is not delivered again', async () => {
    const { org, follow } = await startStream();
    change(org, (transaction) => transaction.insert('Account', { Name: 'once' }));
    expect(await follow('earliest', 1)).toHaveLength(1);
    const items = await follow('earliest', 1, () =>
      change(org, (transaction) => transaction.insert('Account', { Name: 'twice' })),
    );
    expect(items.map(({ entry }) => (entry.fields as JsonObject).name)).toEqual(['twice']);
  });

  test('SUB-22 a record that is gone before it can be read arrives with what the event carried', async () => {
    const { org, follow } = await startStream({ deleteEvent: false });
    change(org, (transaction) => {
      const result = transaction.insert('Account', { Name: 'short', Industry: 'Shipping' });
      if (result.success)
        org.commit({ userId: org.adminUserId, changeOrigin: '' }, (later) => later.delete('Account', result.id));
    });
    const [item] = await follow('earliest', 1);
    expect(item!.entry).toMatchObject({
      subscribeEventType: 'create',
      fields: { name: 'short' },
      mappedFields: { sector: 'Shipping' },
    });
  });

  test('SUB-23 two events of one record arrive in order', async () => {
    const { org, follow } = await startStream();
    let id = '';
    change(org, (transaction) => {
      const result = transaction.insert('Account', { Name: 'v1' });
      id = result.success ? result.id : '';
    });
    change(org, (transaction) => transaction.update('Account', id, { Name: 'v2' }));
    change(org, (transaction) => transaction.update('Account', id, { Name: 'v3' }));
    const items = await follow('earliest', 3);
    expect(items.map(({ event }) => event!.rawEvent.value.Name)).toEqual(['v1', 'v2', 'v3']);
  });

  test('SUB-17 gap events are read by id and delivered as the kind they stand for', async () => {
    const { org, emulator, follow } = await startStream();
    let id = '';
    change(org, (transaction) => {
      const result = transaction.insert('Account', { Name: 'known' });
      id = result.success ? result.id : '';
    });
    const items = await follow('now', 2, () => {
      for (const changeType of ['GAP_CREATE', 'GAP_UPDATE'] as const)
        emulator.world.events.inject({ object: 'Account', changeType, recordIds: [id] });
    });
    expect(kinds(items)).toEqual(['create', 'update']);
    for (const { entry } of items) expect((entry.fields as JsonObject).name).toBe('known');
    expect(items.map(({ entry }) => entry.providerEventType)).toEqual(['GAP_CREATE', 'GAP_UPDATE']);
  });

  test('SUB-18 an overflow makes the object read again, and says so', async () => {
    const { org, emulator, follow, notes } = await startStream();
    const items = await follow('now', 2, () => {
      change(org, (transaction) => transaction.insert('Account', { Name: 'seen' }));
      emulator.world.events.inject({ object: 'Account', changeType: 'GAP_OVERFLOW' });
    });
    expect(items.map(({ entry }) => (entry.fields as JsonObject).name)).toEqual(['seen', 'seen']);
    expect(items[1]!.entry).toMatchObject({ healed: true });
    expect(notes.join('\n')).toMatch(
      /overflow: GAP_OVERFLOW names no records[\s\S]*healed: 1 changed and 0 deleted Account records/,
    );
  });

  test('SUB-6 a position older than retention: the hole is read, with its deletes, and the log says which', async () => {
    const { org, follow, stored, notes } = await startStream();
    let doomed = '';
    await follow('now', 1, () =>
      change(org, (transaction) => {
        const result = transaction.insert('Account', { Name: 'before' });
        doomed = result.success ? result.id : '';
      }),
    );
    org.clock.advance(3_600_000);
    change(org, (transaction) => transaction.insert('Account', { Name: 'in the hole' }));
    change(org, (transaction) => transaction.delete('Account', doomed));
    org.clock.advance(80 * 3_600_000);
    change(org, (transaction) => transaction.insert('Account', { Name: 'after' }));
    const items = await follow(stored(), 4);
    const told = items.map(
      ({ type, entry, recordId }) =>
        `${type} ${type === 'delete' ? recordId : (entry.fields as JsonObject).name}${entry.healed ? ' (healed)' : ''}`,
    );
    expect(told).toContain('create in the hole (healed)');
    expect(told).toContain(`delete ${doomed} (healed)`);
    expect(told).toContain('create after');
    expect(notes[0]).toMatch(/^gap: The position \d+ is older than what the org keeps\. Reading Account from .* to /);
    expect(notes[1]).toMatch(/^healed: /);
  });

  test('SUB-25 a sixth object without the add-on is refused with the limit named', async () => {
    const { client } = await startStream();
    for (const name of ['Contact', 'Lead', 'Opportunity', 'Case']) await selectObject(client, name, signal());
    await expect(selectObject(client, 'Campaign', signal())).rejects.toMatchObject({
      code: 'subscribe-limit',
      message: expect.stringContaining('five without the add-on'),
    });
    expect(await fetchSelection(client, 'Campaign', signal())).toBe('not-selected');
    await selectObject(client, 'Account', signal());
  });

  test('SUB-32 what changes between a backfill and its subscription is not lost when the position is taken first', async () => {
    const { org, follow, store, subscription, stored } = await startStream();
    await follow('now', 1, () => change(org, (transaction) => transaction.insert('Account', { Name: 'position' })));
    expect(store.position('ins_1', subscription.channel)).toBeDefined();
    const { lines } = await world!.read({ object });
    change(org, (transaction) => transaction.insert('Account', { Name: 'meanwhile' }));
    expect(lines).toHaveLength(1);
    const items = await follow(stored(), 1);
    expect(items.map(({ entry }) => (entry.fields as JsonObject).name)).toEqual(['meanwhile']);
  });

  test('an entry is JSON that reads back to itself', async () => {
    const { org, follow } = await startStream();
    const [item] = await follow('now', 1, () =>
      change(org, (transaction) => transaction.insert('Account', { Name: 'a "b"\n\u2028 \u{1F600}' })),
    );
    const text = renderEntry(item!.entry);
    expect(renderJson(parseJson(text))).toBe(text);
  });
});

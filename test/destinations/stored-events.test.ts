import { describe, expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { createOutbox } from '../../src/destinations/outbox.ts';
import { listEvents, loadEvent, replayEvents } from '../../src/destinations/stored-events.ts';
import { openMemoryState } from '../../src/store/state.ts';

const minute = 60_000;

/** Ten delivered messages, one a minute, for two destinations in turn. */
function prepare() {
  const { db } = openMemoryState();
  const store = createDestinationStore(db);
  for (const name of ['crm', 'archive']) store.add({ name, kind: 'stdout', settings: {} });
  for (let i = 0; i < 10; i++) {
    createOutbox(db, () => i * minute).add([
      {
        id: `msg_${i}abc`,
        destination: i % 2 === 0 ? 'crm' : 'archive',
        orderKey: 'contact',
        body: Buffer.from(`{"i":${i}}`),
        records: 1,
        topic: i < 5 ? 'read' : 'subscribe',
        operationId: i < 5 ? 'op_1' : 'op_2',
      },
    ]);
  }
  db.prepare("UPDATE outbox SET state = 'delivered', attempts = 3, ended_at = created_at").run();
  return db;
}
const ids = (events: { id: string }[]) => events.map(({ id }) => id);

describe('stored events', () => {
  test('W6 what the receiver lost is replayed by time, with the same id and bytes', () => {
    const db = prepare();
    const before = loadEvent(db, 'msg_4').body;
    const replayed = replayEvents(db, { since: 3 * minute, until: 6 * minute });
    expect(replayed).toEqual(['msg_3abc', 'msg_4abc', 'msg_5abc', 'msg_6abc']);
    expect(loadEvent(db, 'msg_4')).toMatchObject({ state: 'pending', attempts: 0, replays: 1, body: before });
    expect(loadEvent(db, 'msg_7')).toMatchObject({ state: 'delivered', attempts: 3, replays: 0 });
    expect(createOutbox(db).backlog()).toMatchObject({ pending: 4, delivered: 6, oldestAt: 3 * minute });
  });

  test('events are found by destination, topic, operation, state and id, newest first', () => {
    const db = prepare();
    expect(ids(listEvents(db, { destination: 'crm' }, 3))).toEqual(['msg_8abc', 'msg_6abc', 'msg_4abc']);
    expect(ids(listEvents(db, { topic: 'read', destination: 'archive' }, 9))).toEqual(['msg_3abc', 'msg_1abc']);
    expect(listEvents(db, { operationId: 'op_2' }, 99)).toHaveLength(5);
    expect(listEvents(db, { states: ['dead'] }, 99)).toEqual([]);
    expect(ids(listEvents(db, { ids: ['msg_2abc'] }, 99))).toEqual(['msg_2abc']);
  });

  test('the beginning of an id is enough when it is one event’s', () => {
    const db = prepare();
    expect(loadEvent(db, 'msg_9').id).toBe('msg_9abc');
    expect(() => loadEvent(db, 'msg_')).toThrow('Several events begin with "msg_".');
    expect(() => loadEvent(db, 'nope')).toThrow('No stored event');
  });

  test('a message for a destination that is not there is refused, and nothing of its batch is stored', () => {
    const db = prepare();
    const message = {
      id: 'msg_x',
      destination: 'crm',
      orderKey: 'a',
      body: Buffer.from('{}'),
      records: 1,
      topic: 'read',
    };
    expect(() => createOutbox(db).add([message, { ...message, id: 'msg_y', destination: 'nope' }])).toThrow('nope');
    expect(listEvents(db, { states: ['pending'] }, 9)).toEqual([]);
  });
});

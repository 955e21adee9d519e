import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { createOutbox } from '../../src/destinations/outbox.ts';
import { change, readObject, startReadWorld, type TestWorld } from './read-world.ts';

const hourMs = 3_600_000;

let world: TestWorld;
beforeEach(async () => {
  world = await startReadWorld();
  createDestinationStore(world.state.db, () => 0).add({
    name: 'crm',
    kind: 'webhook',
    settings: { url: 'https://example.com/hook', headers: {}, allowPrivateNetwork: false },
  });
});
afterEach(() => world.stop());

/** As one manifest and another would have it. */
const before = readObject('contact', ['LastName'], { destination: 'crm' });
const after = readObject('contact', ['LastName', 'Email'], { destination: 'crm' });

const read = (object: typeof before) =>
  world.read({
    object,
    readType: 'scheduled',
    target: { kind: 'deliver', outbox: createOutbox(world.state.db), destination: 'crm', projectId: 'p' },
  });

interface Entry {
  id?: string;
  deleted?: boolean;
  raw: { Id?: string };
}

function delivered(): string[] {
  return world.state.db
    .prepare('SELECT body FROM outbox_bodies ORDER BY seq')
    .all<{ body: Uint8Array }>()
    .flatMap(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { result: Entry[] }).result)
    .map(({ id, deleted, raw }) => (deleted ? `deleted ${id}` : String(raw.Id)));
}

function insert(name: string): string {
  let id = '';
  change(world.org, (transaction) => {
    const result = transaction.insert('Contact', { LastName: name });
    if (result.success) id = result.id;
  });
  return id;
}

/** A read that delivers its rows and fails before it comes to what was deleted. Answers who was deleted and who is new. */
async function readHalfway(): Promise<{ gone: string; made: string }> {
  const { org, emulator } = world;
  emulator.settings.sessionTimeoutMs = 1_000 * hourMs;
  const gone = insert('Old');
  await read(before);
  org.clock.advance(hourMs);
  change(org, (transaction) => transaction.delete('Contact', gone));
  org.clock.advance(hourMs);
  const made = insert('New');
  org.clock.advance(hourMs);
  const fault = emulator.faults.add({ name: 'error-500-html', count: 0, match: { path: '/queryAll' } });
  await expect(read(before)).rejects.toThrow();
  emulator.faults.remove(fault.id);
  expect(delivered()).toEqual([gone, made]);
  return { gone, made };
}

test('a deploy between a read that failed halfway and the next one loses no deletion', async () => {
  const { gone, made } = await readHalfway();
  await read(after);
  expect(delivered()).toEqual([gone, made, `deleted ${gone}`]);
});

test('an old unfinished read is not gone on with after others have covered its window', async () => {
  const { gone, made } = await readHalfway();
  world.org.clock.advance(hourMs);
  await read(after);
  expect(delivered()).toEqual([gone, made, `deleted ${gone}`]);
  world.org.clock.advance(24 * hourMs);
  await read(after);
  await read(before);
  expect(delivered()).toEqual([gone, made, `deleted ${gone}`]);
});

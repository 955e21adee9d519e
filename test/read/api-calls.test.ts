import { afterEach, beforeEach, expect, test } from 'vitest';
import { readObject, startReadWorld, type TestWorld } from './read-world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startReadWorld({ records: { Account: 3, Contact: 3, Lead: 3 } });
});
afterEach(() => world.stop());

const objects = ['account', 'contact', 'lead'].map((name) => readObject(name, ['Id']));
const callsOf = async (object: (typeof objects)[number]) => (await world.read({ object })).apiCalls;

test('reads of one org side by side count their own calls, each as if it were alone', async () => {
  const alone: number[] = [];
  for (const object of objects) alone.push(await callsOf(object));
  const before = world.client.apiCalls;
  expect(await Promise.all(objects.map(callsOf))).toEqual(alone);
  expect(world.client.apiCalls - before).toBe(alone.reduce((sum, calls) => sum + calls, 0));
});

test('a call that has to be made again counts as two', async () => {
  const [object] = objects;
  const alone = await callsOf(object!);
  world.emulator.faults.add({ name: 'error-503-html', count: 1, match: { path: '/query' } });
  expect(await callsOf(object!)).toBe(alone + 1);
});

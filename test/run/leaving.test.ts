import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { everyTenMinutes, fullBackfill, runManifest } from './manifests.ts';
import { inState, type Rig, startRig, until } from './rig.ts';

let rig: Rig | undefined;
afterEach(() => rig?.stop());

const contacts = 60_000;

interface Operation {
  status: string;
  error: { code: string } | null;
  process: string | null;
  records: number;
}

/** A backfill whose pages take half a second each, after its first ones were delivered. */
async function startSlowBackfill(): Promise<Rig> {
  const world = await startRig({
    manifest: runManifest([everyTenMinutes('contact', fullBackfill)]),
    records: { Contact: contacts },
  });
  rig = world;
  world.emulator.faults.add({ match: { pattern: '/results' }, effect: { kind: 'delay', ms: 500 }, count: 0 });
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  return world;
}

const readsOf = (world: Rig) =>
  inState(world, ({ db }) =>
    db
      .prepare(
        `SELECT status, error, process, json_extract(counts, '$.records') AS records FROM operations
         WHERE action = 'read' AND object = 'contact'`,
      )
      .all<Omit<Operation, 'error'> & { error: string | null }>()
      .map((row): Operation => ({ ...row, error: row.error === null ? null : JSON.parse(row.error) })),
  );
const delivered = (world: Rig) => world.messages().flatMap(({ result }) => result ?? []);

test('LIFE-3 an uninstall ends the backfill that runs: nothing more is read or delivered, and its operation ends', async () => {
  const world = await startSlowBackfill();
  const run = world.run();
  await until(() => delivered(world).length > 0, 'the first page');
  await world.amp.json(['installations', 'remove', 'quayline', '--yes', '--keep-org']);
  await until(() => readsOf(world).every(({ status }) => status === 'failure'), 'the end of the read');
  const [read] = readsOf(world);
  expect(read).toMatchObject({ error: { code: 'read-installation-gone' } });
  expect(read!.records).toBeLessThan(contacts);
  const before = delivered(world).length;
  expect((await run.stop()).code).toBe(143);
  expect(delivered(world).length).toBe(before);
  expect(run.stderr()).not.toContain('failed');
}, 150_000);

test('a pause stops the backfill that runs, and a resume goes on where it stopped', async () => {
  const world = await startSlowBackfill();
  const run = world.run();
  await until(() => delivered(world).length > 0, 'the first page');
  await world.amp.json(['installations', 'pause', 'quayline', '--object', 'contact']);
  await until(() => readsOf(world)[0]!.process === null, 'the read is set aside');
  const [paused] = readsOf(world);
  expect(paused!.status).toBe('in_progress');
  expect((await world.amp.amp(['operations'])).stdout).toMatch(/set aside +backfill Contact/);
  expect(paused!.records).toBeLessThan(contacts);
  world.emulator.faults.clear();
  await world.amp.json(['installations', 'resume', 'quayline', '--object', 'contact']);
  await until(() => readsOf(world)[0]!.status === 'success', 'the backfill ends');
  expect(readsOf(world)).toMatchObject([{ status: 'success', records: contacts }]);
  expect((await world.amp.amp(['operations', '--json'])).stdout).not.toContain('setAside');
  await until(() => delivered(world).length >= contacts, 'everything is delivered');
  expect(new Set(delivered(world).map(({ raw }) => raw.Id)).size).toBe(contacts);
  expect(delivered(world)).toHaveLength(contacts);
  expect((await run.stop()).code).toBe(143);
}, 150_000);

test('a backfill that was set aside ends when another one, with what a deploy changed, has read everything', async () => {
  const world = await startSlowBackfill();
  const run = world.run();
  await until(() => delivered(world).length > 0, 'the first page');
  await world.amp.json(['installations', 'pause', 'quayline', '--object', 'contact']);
  await until(() => readsOf(world)[0]!.process === null, 'the read is set aside');
  const changed = everyTenMinutes('contact', fullBackfill).replace(
    '{fieldName: id}',
    '{fieldName: id}, {fieldName: email}',
  );
  writeFileSync(join(world.amp.dir, 'amp.yaml'), runManifest([changed]));
  await world.amp.json(['deploy', '--yes']);
  world.emulator.faults.clear();
  await world.amp.json(['installations', 'resume', 'quayline', '--object', 'contact']);
  await until(() => readsOf(world).length === 2 && readsOf(world)[1]!.status === 'success', 'the new backfill ends');
  expect(readsOf(world)).toMatchObject([{ status: 'success' }, { status: 'success', records: contacts }]);
  const runs = inState(world, ({ db }) => db.prepare('SELECT state FROM read_runs ORDER BY created_at').all());
  expect(runs).toEqual([{ state: 'abandoned' }, { state: 'done' }]);
  expect((await run.stop()).code).toBe(143);
}, 150_000);

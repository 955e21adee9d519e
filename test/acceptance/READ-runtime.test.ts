import { afterEach, expect, test } from 'vitest';
import { everyTenMinutes, runManifest } from '../run/manifests.ts';
import { inState, insert, type Rig, startRig, until } from '../run/rig.ts';

let rig: Rig | undefined;
afterEach(() => rig?.stop());

interface OperationRow {
  status: string;
  readType: string;
  startedAt: number;
  endedAt: number | null;
}

/** Scheduled reads of the object, oldest first. */
function reads(from: Rig, object: string): OperationRow[] {
  return inState(from, ({ db }) =>
    db
      .prepare(
        `SELECT status, json_extract(metadata, '$.readType') AS readType, created_at AS startedAt, ended_at AS endedAt
         FROM operations WHERE action = 'read' AND lower(object) = ? ORDER BY number`,
      )
      .all<OperationRow>(object),
  );
}

const install = ({ amp }: Rig) => amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);

test('READ-19 a run that is due while the last one works is followed by one run, and the skipped tick is said', async () => {
  const world = await startRig({ speed: 300, manifest: runManifest([everyTenMinutes('account')]) });
  rig = world;
  await install(world);
  // The first scheduled read takes more than two of its ten minutes' intervals.
  const slowMs = 4_500;
  world.emulator.faults.add({
    match: { pattern: '/sobjects/Account/updated' },
    effect: { kind: 'delay', ms: slowMs },
    count: 1,
  });
  const run = world.run();
  await run.says('is due again while its run goes on: one run follows it');
  await until(() => reads(world, 'account').length >= 3, 'two more runs');
  const [slow, next, third] = reads(world, 'account') as [OperationRow, OperationRow, OperationRow];
  expect(slow.endedAt! - slow.startedAt).toBeGreaterThan(20 * 60_000);
  // One at once, the next with its own tick.
  expect(next.startedAt).toBeGreaterThanOrEqual(slow.endedAt!);
  expect(next.startedAt - slow.endedAt!).toBeLessThan(5 * 60_000);
  const tick = Math.ceil(next.startedAt / 600_000) * 600_000;
  expect(third.startedAt).toBeGreaterThanOrEqual(tick);
  expect(run.stderr().match(/is due again/g)).toHaveLength(1);
}, 150_000);

test('READ-29 five failed runs in a row pause the object and say so; resuming goes on from the old watermark', async () => {
  const world = await startRig({
    speed: 1200,
    manifest: runManifest([everyTenMinutes('account'), everyTenMinutes('lead')]),
  });
  rig = world;
  const { amp } = world;
  await amp.json([
    'notifications',
    'routes',
    'add',
    'read.schedule.paused',
    '--topic',
    'alerts',
    '--destination',
    'crmEvents',
  ]);
  await install(world);
  const run = world.run();
  await until(() => reads(world, 'account').some(({ status }) => status === 'success'), 'a first read');
  const watermark = () =>
    inState(
      world,
      (state) =>
        state.db.prepare("SELECT stamp_ms AS stamp FROM watermarks WHERE object = 'Account'").get<{ stamp: number }>()!
          .stamp,
    );
  const broken = world.emulator.faults.add({
    match: { pattern: '/sobjects/Account/updated' },
    effect: {
      kind: 'answer',
      status: 403,
      body: '[{"errorCode":"INSUFFICIENT_ACCESS","message":"insufficient access rights"}]',
      contentType: 'application/json',
    },
    count: 0,
  });
  // A read that began before may still succeed.
  await until(() => reads(world, 'account').some(({ status }) => status === 'failure'), 'a first failure');
  const before = watermark();
  const missed = insert(world, 'Account', { Name: 'Made while it fails' });
  await run.says('is paused after 5 failed runs');
  const failed = reads(world, 'account').filter(({ status }) => status === 'failure');
  expect(failed).toHaveLength(5);
  // The pauses grow: 1, 4, 16 and 64 minutes, then the next tick.
  const gaps = failed.slice(1).map(({ startedAt }, at) => startedAt - failed[at]!.startedAt);
  for (const [at, minutes] of [1, 4, 16, 64].entries()) expect(gaps[at]).toBeGreaterThanOrEqual(minutes * 60_000);
  const paused = () => world.messages().filter(({ notificationType }) => notificationType === 'read.schedule.paused');
  await until(() => paused().length > 0, 'the notification');
  expect(paused()).toHaveLength(1);
  expect(paused()[0]!.data).toMatchObject({
    groupRef: 'quayline',
    integrationName: 'crm',
    config: expect.any(Object),
    error: expect.stringContaining('insufficient access rights'),
  });
  const status = await amp.amp(['status']);
  expect([status.code, status.stdout]).toEqual([1, expect.stringContaining('account is paused after 5 failed reads')]);
  expect(status.stdout).toContain('amp installations resume quayline --object account');
  // The other object goes on, and the paused one has kept its place.
  const others = reads(world, 'lead').length;
  await until(() => reads(world, 'lead').length > others, 'the other object is read on');
  expect(watermark()).toBe(before);

  world.emulator.faults.remove(broken.id);
  await amp.json(['installations', 'resume', 'quayline', '--object', 'account']);
  const has = () => world.messages().some(({ result }) => result?.some(({ raw }) => raw.Id === missed));
  await until(has, 'what was made meanwhile is delivered');
}, 150_000);

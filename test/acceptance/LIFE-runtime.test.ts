import { afterEach, expect, test } from 'vitest';
import { everyTenMinutes, fullBackfill, runManifest } from '../run/manifests.ts';
import { inState, insert, type Rig, startRig, until } from '../run/rig.ts';

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

async function start(options: Parameters<typeof startRig>[0]): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

const install = ({ amp }: Rig, group = 'quayline') => amp.json(['install', 'crm', '--group', group, '--org', 'acme']);

const operations = (rig: Rig) =>
  inState(rig, ({ db }) =>
    db
      .prepare("SELECT object, status, created_at AS at FROM operations WHERE action = 'read' ORDER BY number")
      .all<{ object: string; status: string; at: number }>(),
  );

test('LIFE-1 two projects with one destination name run side by side, each with its own target, state and queue', async () => {
  const manifest = runManifest([everyTenMinutes('account', fullBackfill)]);
  const one = await start({ manifest, records: { Account: 3 } });
  const other = await start({ manifest, records: { Account: 5 } });
  await install(one, 'first');
  await install(other, 'second');
  const runs = [one.run(), other.run()];
  await until(() => one.messages().length > 0 && other.messages().length > 0, 'both are delivered');
  expect(one.messages().map(({ groupRef, result }) => [groupRef, result.length])).toEqual([['first', 3]]);
  expect(other.messages().map(({ groupRef, result }) => [groupRef, result.length])).toEqual([['second', 5]]);
  for (const run of runs) expect((await run.stop()).code).toBe(143);
}, 150_000);

test('LIFE-6 a second runner says who is first and ends with 1; reads beside a runner happen once', async () => {
  const rig = await start({
    speed: 60,
    manifest: runManifest([everyTenMinutes('account', fullBackfill)]),
    records: { Account: 20 },
  });
  await install(rig);
  const first = rig.run();
  await first.says('runs revision 1');
  const second = await rig.amp.amp(['run', '--json']);
  expect(second.code).toBe(1);
  expect(JSON.parse(second.stdout).diagnostics[0]).toMatchObject({
    code: 'runtime-running',
    message: expect.stringContaining(`process ${first.pid}`),
  });
  // A command beside the runner: both may read, but each record goes out once.
  await until(() => rig.messages().length > 0, 'the backfill');
  const made = insert(rig, 'Account', { Name: 'Tidewater' });
  const commands = await Promise.all(
    [1, 2, 3].map(() => rig.amp.amp(['read', 'account', '--group', 'quayline', '--scheduled', '--deliver'])),
  );
  for (const { code, stderr } of commands) expect(code === 0 || stderr.includes('read-busy'), stderr).toBe(true);
  await until(() => rig.messages().some(({ result }) => result.some(({ raw }) => raw.Id === made)), 'the new account');
  const before = operations(rig).length;
  await until(() => operations(rig).length > before, 'one more scheduled read');
  const times = rig
    .messages()
    .flatMap(({ result }) => result)
    .filter(({ raw }) => raw.Id === made);
  expect(times).toHaveLength(1);
  const ids = rig.receiver.accepted();
  expect(new Set(ids).size).toBe(ids.length);
}, 150_000);

test('LIFE-9 Ctrl-C once ends a runner cleanly with 130, in the middle of a read; the next one goes on with it', async () => {
  const rig = await start({
    manifest: runManifest([everyTenMinutes('account', fullBackfill)]),
    records: { Account: 9_000 },
  });
  await install(rig);
  rig.emulator.faults.add({ match: { pattern: '/results' }, effect: { kind: 'delay', ms: 1_500 }, count: 1 });
  const run = rig.run();
  const isReading = () => inState(rig, ({ db }) => db.prepare('SELECT 1 FROM read_runs').get() !== undefined);
  await until(isReading, 'the backfill is under way');
  expect(await run.stop('SIGINT')).toEqual({ code: 130, signal: null });
  expect(run.stderr()).toContain('Stopped.');
  expect(operations(rig).map(({ status }) => status)).toEqual(['in_progress']);
  inState(rig, ({ db }) => expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' }));

  rig.run();
  const delivered = () => rig.messages().flatMap(({ result }) => result).length;
  await until(() => delivered() >= 9_000, 'the whole backfill');
  // One operation, gone on with and not begun anew.
  await until(() => operations(rig).every(({ status }) => status === 'success'), 'it has ended');
  expect(operations(rig)).toHaveLength(1);
  expect(delivered()).toBe(9_000);
}, 150_000);

test('LIFE-9 Ctrl-C twice ends a runner at once, and nothing is corrupt', async () => {
  const rig = await start({
    manifest: runManifest([everyTenMinutes('account', fullBackfill)]),
    records: { Account: 50 },
  });
  await install(rig);
  // A receiver that never answers: a clean end would wait for it.
  rig.receiver.answer = () => {};
  const run = rig.run();
  await until(() => rig.receiver.received.length > 0, 'a message is on its way');
  run.child.kill('SIGINT');
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await run.stop('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  inState(rig, ({ db }) => expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' }));
}, 150_000);

test('LIFE-11 a machine that sleeps through schedules makes up for them with one run per object', async () => {
  const rig = await start({ speed: 600, manifest: runManifest([everyTenMinutes('account'), everyTenMinutes('lead')]) });
  await install(rig);
  const run = rig.run();
  await until(() => operations(rig).length >= 2, 'both were read');
  run.child.kill('SIGSTOP');
  const before = operations(rig).length;
  const asleepAt = rig.clock.now();
  // Half an hour, three ticks.
  await until(() => rig.clock.now() - asleepAt > 35 * 60_000, 'time passes');
  expect(operations(rig)).toHaveLength(before);
  const awakeAt = rig.clock.now();
  run.child.kill('SIGCONT');
  await until(() => operations(rig).length >= before + 2, 'both catch up');
  const nextTick = Math.ceil(awakeAt / 600_000) * 600_000;
  await until(() => rig.clock.now() > nextTick + 5 * 60_000, 'the next tick has gone by');
  const perObject = (object: string) =>
    operations(rig)
      .slice(before)
      .filter((one) => one.object === object && one.at < nextTick);
  expect([perObject('Account').length, perObject('Lead').length]).toEqual([1, 1]);
}, 150_000);

test('a deploy, a destination and an installation of another terminal are seen within seconds', async () => {
  const rig = await start({ speed: 120, manifest: runManifest([everyTenMinutes('account')]), records: { Lead: 4 } });
  await install(rig);
  const run = rig.run();
  await run.says('runs revision 1');
  await rig.amp.json([
    'destinations',
    'add',
    'second',
    '--url',
    `${rig.receiver.url}/second`,
    '--allow-private-network',
  ]);
  rig.amp.write(
    runManifest([
      everyTenMinutes('account'),
      `{objectName: lead, destination: second, enabled: always, ${fullBackfill}, requiredFields: [{fieldName: id}]}`,
    ]),
  );
  await rig.amp.json(['deploy', '--yes']);
  await until(
    () => rig.messages().some(({ objectName }) => objectName === 'lead'),
    'the new object is backfilled',
    15_000,
  );
  expect(rig.messages().find(({ objectName }) => objectName === 'lead')!.result).toHaveLength(4);
}, 150_000);

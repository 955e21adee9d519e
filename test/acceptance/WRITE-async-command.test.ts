import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runAmp } from '../cli/run-amp.ts';
import { type Rig, startRig, until } from '../run/rig.ts';

let rig: Rig | undefined;
afterEach(() => rig?.stop());

const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: account
          mapToName: company
          destination: crmEvents
          schedule: "0 0 1 1 *"
          requiredFields: [{fieldName: name, mapToName: title}]
    write: {objects: [{objectName: account, inheritMapping: true}]}
`;

interface Queued {
  operationId: string;
  status: string;
  runner: boolean;
  attempts: number;
  successfulRecordIds: string[];
}

async function startProject() {
  rig = await startRig({ speed: 120, manifest });
  const world = rig;
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  await world.amp.json([
    'notifications',
    'routes',
    'add',
    'write.async.done',
    '--topic',
    'writes',
    '--destination',
    'crmEvents',
  ]);
  const command = (title: string, type = 'create') => [
    ...['write', 'company', '--type', type, '--record', JSON.stringify({ title })],
    ...['--group', 'quayline', '--async'],
  ];
  const operation = async (id: string) =>
    (
      await world.amp.json<{ operation: { status: string; metadata: Record<string, unknown> } }>([
        'operations',
        'show',
        id,
      ])
    ).operation;
  return { world, command, operation };
}

test.each(['0', '49', '1.5'])('WRITE-13 a deadline of %s hours is refused before anything is done', async (hours) => {
  const { code, stderr } = await runAmp([
    ...['write', 'account', '--type', 'create', '--record', '{"Name":"x"}'],
    ...['--async', '--retry-hours', hours],
  ]);
  expect([code, stderr]).toEqual([64, expect.stringContaining('--retry-hours')]);
});

test('WRITE-11 without amp run the command sends the write itself, under the mapped names', async () => {
  const { world, command } = await startProject();
  const queued = await world.amp.json<Queued>(command('Tidewater'));
  expect(queued).toMatchObject({ status: 'success', runner: false, attempts: 1 });
  expect(queued.successfulRecordIds).toHaveLength(1);
  const shown = await world.amp.amp(command('Another'));
  expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining('so this command sends it') });
  expect(world.emulator.org.count('Account')).toBe(2);
}, 120_000);

test('WRITE-11 WRITE-32 beside amp run the command ends at once; amp run sends the write and tells of it', async () => {
  const { world, command, operation } = await startProject();
  const run = world.run();
  await run.says('runs revision 1');
  const { operationId, runner } = await world.amp.json<Queued>(command('Tidewater'));
  expect(runner).toBe(true);
  await until(async () => (await operation(operationId)).status === 'success', 'amp run sends the write');
  const told = () => world.messages().find(({ notificationType }) => notificationType === 'write.async.done');
  await until(() => told() !== undefined, 'the notification is delivered');
  expect(told()!.data).toMatchObject({ groupRef: 'quayline', objectName: 'company', success: true });
  expect(await run.stop('SIGTERM')).toEqual({ code: 143, signal: null });
}, 120_000);

test('WRITE-12 interrupted between attempts the write stays in the queue, and amp run goes on with it', async () => {
  const { world, command, operation } = await startProject();
  world.emulator.faults.add({
    name: 'too-many-requests',
    count: 100_000,
    match: { method: 'POST', path: 'ui-api' },
  } as never);
  const args = [join(import.meta.dirname, '../../bin/amp.js'), ...command('Tidewater')];
  const child = spawn(process.execPath, args, {
    cwd: world.amp.dir,
    env: world.amp.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const queuedAs = () => /op_\w+/.exec(stderr)?.[0];
  await until(async () => {
    const id = queuedAs();
    const retry = id && ((await operation(id)).metadata.retry as { attempts: number } | undefined);
    return retry !== undefined && retry !== '' && retry.attempts > 0;
  }, 'the first attempt is turned away');
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  const id = queuedAs()!;
  expect(stderr).toContain(`${id} stays in the queue`);
  expect(await operation(id)).toMatchObject({ status: 'in_progress', metadata: { queued: true } });
  expect((await world.amp.amp(['status'])).stdout).toContain('1 write queued');
  world.emulator.faults.clear();
  const run = world.run();
  await until(async () => (await operation(id)).status === 'success', 'amp run sends it');
  expect(world.emulator.org.count('Account')).toBe(1);
  await run.stop('SIGTERM');
}, 120_000);

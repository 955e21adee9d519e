import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InstalledProject, startInstalledProject } from '../operations/project-fixture.ts';

let project: InstalledProject;
beforeAll(async () => {
  project = await startInstalledProject(50);
  await run('destinations', 'add', 'pager', '--folder', join(project.dir, 'pager'));
  await run('destinations', 'add', 'archive', '--folder', join(project.dir, 'archive'));
  await run('notifications', 'routes', 'add', 'all', '--topic', 'everything', '--destination', 'pager');
}, 120_000);
afterAll(() => project.stop());

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await project.amp(...args);
  expect(code, `amp ${args.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
}

/** Messages a folder destination has received, oldest first. */
function received(name: string): { notificationType: string; data: Record<string, unknown> }[] {
  const folder = join(project.dir, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ndjson'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
const typesAt = (name: string) => received(name).map(({ notificationType }) => notificationType);

const installationKeys = [
  'connectionId',
  'consumerName',
  'consumerRef',
  'groupName',
  'groupRef',
  'installationId',
  'integrationId',
  'integrationName',
  'projectId',
  'provider',
];
const connectionKeys = ['connectionId', 'consumerName', 'consumerRef', 'groupRef', 'projectId', 'provider'];

test('OPS-1 a backfill that is done is told once, with the documented data', async () => {
  await run('backfill', 'contact', '--group', 'quayline', '--full', '--deliver');
  const [message] = received('pager').filter(({ notificationType }) => notificationType === 'read.backfill.done');
  expect(Object.keys(message!.data).sort()).toEqual([...installationKeys, 'objectName'].sort());
  expect(message!.data).toMatchObject({ groupRef: 'quayline', integrationName: 'crm', objectName: 'contact' });
  expect(typesAt('pager').filter((type) => type === 'read.backfill.done')).toHaveLength(1);
});

test('OPS-2 a triggered read is told when it is done', async () => {
  await run('read', 'contact', '--group', 'quayline', '--since', '7d', '--deliver');
  const [message] = received('pager').filter(({ notificationType }) => notificationType === 'read.triggered.done');
  expect(Object.keys(message!.data).sort()).toEqual([...installationKeys, 'fromTimestamp', 'objectName'].sort());
});

test('OPS-1 installing, pausing and removing a customer are told, with the connection that comes and goes', async () => {
  const id = JSON.parse(await run('installations', 'list', '--json')).installations[0].id;
  await run('install', 'crm', '--group', 'northwind', '--org', 'acme', '--skip-sampling');
  await run('installations', 'pause', 'northwind', '--note', 'Migration');
  await run('installations', 'pause', 'quayline');
  await run('installations', 'remove', 'northwind', '--yes');
  const told = JSON.parse(await run('notifications', 'list', '--json')).notifications.map(
    ({ type }: { type: string }) => type,
  );
  expect(told.reverse().slice(-6)).toEqual([
    'connection.created',
    'installation.created',
    'read.schedule.paused',
    'read.schedule.paused',
    'installation.deleted',
    'connection.deleted',
  ]);
  await run('installations', 'resume', 'quayline');
  await run('backfill', 'contact', '--group', 'quayline', '--full', '--deliver');
  const paused = received('pager').find(({ notificationType }) => notificationType === 'read.schedule.paused');
  expect(Object.keys(paused!.data).sort()).toEqual([...installationKeys, 'config', 'error'].sort());
  expect(paused!.data).toMatchObject({ groupRef: 'northwind', error: 'Migration' });
  expect(paused!.data.installationId).not.toBe(id);
  const connected = received('pager').find(({ notificationType }) => notificationType === 'connection.created');
  expect(Object.keys(connected!.data).sort()).toEqual(connectionKeys);
});

test('OPS-3 an event goes over its topics to all their destinations, an unrouted one nowhere', async () => {
  await run('notifications', 'routes', 'add', 'read.backfill.done', '--topic', 'audit', '--destination', 'archive');
  await run('backfill', 'contact', '--group', 'quayline', '--full', '--deliver');
  await run('read', 'contact', '--group', 'quayline', '--since', '7d', '--deliver');
  expect(typesAt('archive')).toEqual(['read.backfill.done']);
  expect(typesAt('pager').filter((type) => type === 'read.backfill.done')).toHaveLength(3);
});

test('OPS-2 a token that renews itself is told', async () => {
  project.emulator.faults.add({ name: 'sessions-end' });
  await run('read', 'contact', '--group', 'quayline', '--since', '7d', '--deliver');
  const [message] = received('pager').filter(({ notificationType }) => notificationType === 'connection.refreshed');
  expect(Object.keys(message!.data).sort()).toEqual(connectionKeys);
});

test('ONB-9 a lost sign-in is told at once and once, and clears when somebody has signed in again', async () => {
  const { faults } = project.emulator;
  const attempt = () => project.amp('read', 'contact', '--group', 'quayline', '--scheduled', '--deliver');
  faults.add({ name: 'sessions-end' });
  faults.add({ name: 'grants-revoked' });
  expect((await attempt()).code).toBe(4);
  expect((await attempt()).code).not.toBe(0);
  const errors = () => received('pager').filter(({ notificationType }) => notificationType === 'connection.error');
  expect(errors()).toHaveLength(1);
  expect(Object.keys(errors()[0]!.data).sort()).toEqual([...connectionKeys, 'error', 'errors'].sort());
  const incidents = async () => JSON.parse(await run('notifications', 'list', '--json')).incidents;
  expect(await incidents()).toMatchObject([{ type: 'connection.error', summary: expect.stringContaining('quayline') }]);

  await project.signInAgain();
  expect((await attempt()).code).toBe(0);
  expect(await incidents()).toEqual([]);
  expect(typesAt('pager')).toContain('connection.updated');
});

test('a mistyped event is answered with the one that was meant', async () => {
  const { code, stderr } = await project.amp(
    'notifications',
    'routes',
    'add',
    'conection.eror',
    '--topic',
    'everything',
  );
  expect(code).not.toBe(0);
  expect(stderr).toContain('Did you mean "connection.error"?');
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createOutbox, newMessageId } from '../../src/destinations/outbox.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { openState } from '../../src/store/state.ts';
import { account, crm, type LocalAmp, lead, localAmp } from '../deploy/local-amp.ts';

let emulator: RunningEmulator;
let amp: LocalAmp;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.stop());

beforeEach(async () => {
  amp = localAmp(crm(account, lead));
  await signIn('acme');
  await prepare(amp);
});

async function signIn(alias: string): Promise<void> {
  const { code } = await amp.amp(['org', 'login', '--emulator', '--alias', alias], {
    env: { AMP_EMULATOR_URL: emulator.url },
  });
  expect(code).toBe(0);
}

async function prepare(project: LocalAmp): Promise<void> {
  await project.json(['destinations', 'add', 'crmEvents', '--folder', join(project.dir, 'out')]);
  await project.json(['deploy', '--yes']);
}

const install = (project: LocalAmp, group: string, ...flags: string[]) =>
  project.json<{ installation: InstallationRecord }>(['install', 'crm', '--group', group, '--org', 'acme', ...flags]);

/** Bodies of the notifications waiting in the outbox. */
function notifications(project: LocalAmp): { notificationType: string; data: Record<string, unknown> }[] {
  const state = openState(join(project.dir, '.amp'));
  try {
    return state.db
      .prepare('SELECT body FROM outbox_bodies ORDER BY seq')
      .all<{ body: Uint8Array }>()
      .map(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')));
  } finally {
    state.close();
  }
}

test('LIFE-1 two projects with one destination name have their own targets, state and revisions', async () => {
  const other = localAmp(crm(account), amp.home);
  await prepare(other);
  await install(amp, 'quayline');
  const folder = async (project: LocalAmp) =>
    JSON.stringify((await project.json<{ destinations: unknown[] }>(['destinations'])).destinations);
  expect(await folder(amp)).toContain(join(amp.dir, 'out'));
  expect(await folder(other)).toContain(join(other.dir, 'out'));
  expect(await other.json(['installations'])).toEqual({ installations: [] });
  expect(existsSync(join(other.dir, '.amp/state.db'))).toBe(true);
});

test('LIFE-3 an uninstall ends everything of the installation, says so, and signs an unused org out', async () => {
  await amp.json([
    'notifications',
    'routes',
    'add',
    'installation.deleted',
    '--topic',
    'life',
    '--destination',
    'crmEvents',
  ]);
  const { installation } = await install(amp, 'quayline');
  await amp.json(['read', 'account', '--group', 'quayline', '--deliver']);
  const asked = await amp.amp(['installations', 'remove', 'quayline']);
  expect([asked.code, asked.stderr]).toEqual([64, expect.stringContaining('--yes')]);
  expect(await amp.json(['installations', 'remove', 'quayline', '--yes'])).toMatchObject({ signedOut: 'acme' });
  expect(await amp.json(['installations'])).toEqual({ installations: [] });
  expect(
    notifications(amp).filter(({ notificationType }) => notificationType === 'installation.deleted'),
  ).toMatchObject([{ data: { installationId: installation.id, groupRef: 'quayline', config: installation.config } }]);
  expect((await amp.amp(['read', 'account', '--group', 'quayline'])).code).not.toBe(0);
  expect((await amp.amp(['org', 'show', 'acme'])).code).toBe(4);
});

test('LIFE-3 messages of the installation that still wait are not sent any more', async () => {
  const { installation } = await install(amp, 'quayline');
  const state = openState(join(amp.dir, '.amp'));
  state.db.exec(`INSERT INTO operations (id, action, installation_id, status, started_by, created_at, updated_at)
                 VALUES ('op_1', 'read', '${installation.id}', 'success', 'cli', 0, 0)`);
  const { id } = state.db.prepare('SELECT id FROM destinations').get<{ id: string }>()!;
  state.db
    .prepare(
      `INSERT INTO outbox (id, destination_id, order_key, topic, operation_id, records, bytes, created_at)
       VALUES ('msg_1', ?, 'account', 'read', 'op_1', 1, 2, 0)`,
    )
    .run(id);
  // Events have no operation, and another customer's stay.
  const events = ['events of ours', 'events of another'].map((name, at) => ({
    id: newMessageId(at),
    destination: 'crmEvents',
    orderKey: 'account',
    body: Buffer.from(
      JSON.stringify({
        action: 'subscribe',
        groupName: name,
        installationId: at === 0 ? installation.id : 'ins_other',
      }),
    ),
    records: 1,
    topic: 'subscribe',
  }));
  createOutbox(state.db).add(events);
  state.close();
  expect(await amp.json(['installations', 'remove', 'quayline', '--yes', '--keep-org'])).toMatchObject({
    abandonedMessages: 2,
  });
  const after = openState(join(amp.dir, '.amp'));
  expect(after.db.prepare("SELECT state FROM outbox WHERE topic IN ('read', 'subscribe') ORDER BY seq").all()).toEqual([
    { state: 'dead' },
    { state: 'dead' },
    { state: 'pending' },
  ]);
  after.close();
});

test('LIFE-3 an org that another project still uses stays signed in', async () => {
  const other = localAmp(crm(account, lead), amp.home);
  await prepare(other);
  await install(amp, 'quayline');
  await install(other, 'quayline');
  expect(await amp.json(['installations', 'remove', 'quayline', '--yes'])).not.toHaveProperty('signedOut');
  expect((await amp.amp(['org', 'show', 'acme'])).code).toBe(0);
  expect(await other.json(['installations', 'remove', 'quayline', '--yes'])).toMatchObject({ signedOut: 'acme' });
});

test('LIFE-4 an update tells the new and the old config', async () => {
  await amp.json([
    'notifications',
    'routes',
    'add',
    'installation.updated',
    '--topic',
    'life',
    '--destination',
    'crmEvents',
  ]);
  const { installation } = await install(amp, 'quayline');
  const { installation: updated } = await amp.json<{ installation: InstallationRecord }>([
    'installations',
    'update',
    'quayline',
    '--field',
    'Name',
  ]);
  expect(updated.config).not.toEqual(installation.config);
  expect(notifications(amp)).toMatchObject([
    { notificationType: 'installation.updated', data: { config: updated.config, lastConfig: installation.config } },
  ]);
});

test('LIFE-5 a second install of the same group and integration is refused', async () => {
  const { installation } = await install(amp, 'quayline');
  const { code, stderr } = await amp.amp(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  expect(code).toBe(1);
  expect(stderr).toContain('installation-exists');
  expect(stderr).toContain(`amp installations update ${installation.id}`);
  await install(amp, 'other-group');
});

test('pausing and resuming works object by object, and twice is no harm', async () => {
  await install(amp, 'quayline');
  const run = (...args: string[]) =>
    amp.json<{ changed: boolean; installation: InstallationRecord }>(['installations', ...args]);
  expect(await run('pause', 'quayline', '--object', 'lead', '--note', 'Migration')).toMatchObject({
    changed: true,
    installation: { status: 'active', pausedObjects: [{ objectName: 'lead', note: 'Migration' }] },
  });
  expect((await run('pause', 'quayline', '--object', 'Lead')).changed).toBe(false);
  expect((await run('pause', 'quayline')).installation.status).toBe('paused');
  expect((await run('pause', 'quayline')).changed).toBe(false);
  expect((await run('resume', 'quayline')).installation).toMatchObject({ status: 'active', pausedObjects: [] });
  const wrong = await amp.amp(['installations', 'pause', 'quayline', '--object', 'task']);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('It reads account, lead')]);
});

test('no secret of the sign-in is in the project folder', async () => {
  await install(amp, 'quayline');
  for (const name of readdirSync(join(amp.dir, '.amp'), { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const text = readFileSync(join(name.parentPath, name.name), 'latin1');
    expect(text).not.toContain('EMULATORFAKE');
  }
});

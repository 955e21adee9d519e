import { afterEach, expect, test } from 'vitest';
import { startReceiver } from '../destinations/receiver.ts';
import { everyTenMinutes, fullBackfill, runManifest } from '../run/manifests.ts';
import { insert, type Rig, selectForEvents, startRig, until } from '../run/rig.ts';

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

async function start(options: Parameters<typeof startRig>[0]): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

const texts = ({ messages }: Rig) => messages().flatMap(({ text }) => text ?? []);
const accessDenied = {
  kind: 'answer' as const,
  status: 403,
  body: '[{"errorCode":"INSUFFICIENT_ACCESS","message":"insufficient access rights"}]',
  contentType: 'application/json',
};

test('ONB-9 a chat hears of a failing read before the next scheduled run, and that it works again', async () => {
  const rig = await start({ speed: 120, manifest: runManifest([everyTenMinutes('account')]) });
  const chat = await startReceiver();
  try {
    await rig.amp.json(['destinations', 'add', 'chat', '--url', chat.url, '--slack', '--allow-private-network']);
    await rig.amp.json([
      'notifications',
      'routes',
      'add',
      'read.schedule.paused',
      '--topic',
      'alerts',
      '--destination',
      'chat',
    ]);
    await rig.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
    const fault = rig.emulator.faults.add({
      match: { pattern: '/sobjects/Account/updated' },
      effect: accessDenied,
      count: 0,
    });
    rig.run();
    const said = () => chat.received.map(({ body }) => (JSON.parse(body.toString()) as { text: string }).text);
    await until(() => said().length > 0, 'the alert');
    const firedAt = rig.clock.now();
    expect(said()).toEqual([expect.stringContaining('Reading account of quayline failed: insufficient access rights')]);
    // Before the run after the failed one.
    const { operations } = await rig.amp.json<{ operations: { createTime: string }[] }>([
      'operations',
      '--type',
      'read',
    ]);
    expect(operations).toHaveLength(1);
    expect(firedAt - Date.parse(operations[0]!.createTime)).toBeLessThan(10 * 60_000);
    rig.emulator.faults.remove(fault.id);
    await until(() => said().length > 1, 'the all-clear');
    expect(said()[1]).toMatch(/^Resolved: Reading account of quayline failed/);
  } finally {
    await chat.close();
  }
}, 150_000);

test('ONB-10 OPS-2 a customer who revokes access stops alone, is told once, and goes on after signing in again', async () => {
  const rig = await start({
    speed: 240,
    manifest: runManifest([everyTenMinutes('account', fullBackfill)]),
    records: { Account: 2 },
  });
  const other = await rig.connectAnother('other', { Account: 4 });
  const { amp } = rig;
  for (const type of ['connection.error', 'connection.updated', 'read.backfill.done'])
    await amp.json(['notifications', 'routes', 'add', type, '--topic', 'life', '--destination', 'crmEvents']);
  await amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  await amp.json(['install', 'crm', '--group', 'harbour', '--org', 'other']);
  const run = rig.run();
  const told = (type: string) => rig.messages().filter(({ notificationType }) => notificationType === type);
  await until(() => told('read.backfill.done').length === 2, 'both are backfilled');
  expect(
    told('read.backfill.done')
      .map(({ data }) => [data!.groupRef, data!.objectName])
      .sort(),
  ).toEqual([
    ['harbour', 'account'],
    ['quayline', 'account'],
  ]);

  const refused = rig.emulator.faults.add({
    match: { path: '/services/oauth2/token' },
    effect: {
      kind: 'answer',
      status: 400,
      body: '{"error":"invalid_grant","error_description":"user hasn\'t approved this consumer"}',
      contentType: 'application/json',
    },
    count: 0,
  });
  rig.emulator.faults.add({ name: 'sessions-end' });
  await until(() => told('connection.error').length > 0, 'the loss is told');
  expect(told('connection.error')[0]!.data).toMatchObject({ groupRef: 'quayline', errors: [expect.any(String)] });
  const missed = insert(rig, 'Account', { Name: 'Made meanwhile' });
  const made = [0, 1].map((at) => {
    const { org } = other;
    const result = org.commit({ userId: org.adminUserId, changeOrigin: '' }, (transaction) =>
      transaction.insert('Account', { Name: `Harbour ${at}` }),
    );
    return result.success ? result.id : '';
  });
  const delivered = (id: string, group: string) =>
    rig.messages().some(({ groupRef, result }) => groupRef === group && result?.some(({ raw }) => raw.Id === id));
  await until(() => made.every((id) => delivered(id, 'harbour')), 'the other customer is read on');
  expect(delivered(missed, 'quayline')).toBe(false);
  expect(told('connection.error')).toHaveLength(1);
  const status = await amp.amp(['status']);
  expect([status.code, status.stdout]).toEqual([1, expect.stringContaining('amp org login --alias acme')]);

  rig.emulator.faults.remove(refused.id);
  expect((await amp.amp(['org', 'login', '--emulator', '--alias', 'acme'])).code).toBe(0);
  await run.says('Signed in again');
  await until(() => delivered(missed, 'quayline'), 'what was made meanwhile is delivered');
  expect(told('connection.updated')).toHaveLength(1);
}, 150_000);

test('an org that is out of API calls has its reads held, says so, and goes on by itself', async () => {
  const rig = await start({ speed: 600, manifest: runManifest([everyTenMinutes('account')]) });
  await rig.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  rig.emulator.settings.dailyApiRequests = 40;
  const run = rig.run(['--api-share', '50']);
  await run.says('reads wait until it is under 50 %');
  const held = await rig.amp.json<{ orgs: { held?: { reason: string } }[]; notices: { subject: string }[] }>([
    'status',
  ]);
  expect(held.orgs[0]!.held!.reason).toContain('API calls of the last 24 hours are used');
  expect(held.notices.map(({ subject }) => subject)).toContain('acme');
  rig.emulator.settings.dailyApiRequests = 100_000;
  await run.says('reads go on');
  const { orgs } = await rig.amp.json<{ orgs: { held?: object }[] }>(['status']);
  expect(orgs[0]!.held).toBeUndefined();
}, 150_000);

test('OPS-2 a subscription the org refuses is told once and others are followed', async () => {
  const rig = await start({
    manifest: runManifest([everyTenMinutes('account'), everyTenMinutes('lead')], ['account', 'lead']),
  });
  await rig.amp.json([
    'notifications',
    'routes',
    'add',
    'subscribe.create.error',
    '--topic',
    'life',
    '--destination',
    'crmEvents',
  ]);
  await rig.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme', '--skip-sampling']);
  const run = rig.run();
  await run.says('not selected for change events');
  const told = () => rig.messages().filter(({ notificationType }) => notificationType === 'subscribe.create.error');
  await until(() => told().length > 0, 'it is told');
  expect(told()).toHaveLength(1);
  expect(told()[0]!.data).toMatchObject({ groupRef: 'quayline', error: expect.stringContaining('Account, Lead') });
  expect(texts(rig)).toEqual([]);
}, 150_000);

test('an object that an admin takes out of the change events for a day: said, and read when it is back', async () => {
  const rig = await start({ speed: 600, manifest: runManifest([everyTenMinutes('account')], ['account']) });
  // A quiet stream is answered after 110 seconds, of the wall.
  rig.emulator.settings.connectTimeoutMs = 500;
  await selectForEvents(rig, 'Account');
  await rig.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme', '--skip-sampling']);
  await rig.amp.json(['installations', 'pause', 'quayline', '--object', 'account']);
  const told = (id: string) =>
    rig.messages().filter(({ action, result }) => action === 'subscribe' && result.some(({ raw }) => raw.Id === id));
  const run = rig.run();
  await run.says('following account');
  const before = insert(rig, 'Account', { Name: 'Before' });
  await until(() => told(before).length > 0, 'the stream works');

  const { members } = rig.emulator.world.events;
  members.remove(members.list()[0]!.id);
  const meanwhile = insert(rig, 'Account', { Name: 'Meanwhile' });
  await run.says('Account: not selected for change events in this org');
  await selectForEvents(rig, 'Account');
  await until(() => told(meanwhile).length > 0, 'what was made meanwhile is read');
  expect(run.stderr()).toContain('Account was not selected for change events for a while. Reading it from');
  const after = insert(rig, 'Account', { Name: 'After' });
  await until(() => told(after).length > 0, 'the stream goes on');
  expect(told(after)).toHaveLength(1);
}, 150_000);

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { everyTenMinutes, fullBackfill, runManifest } from './manifests.ts';
import { inState, insert, type Message, type Rig, selectForEvents, startRig, until } from './rig.ts';

let rig: Rig | undefined;
afterEach(() => rig?.stop());

const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - {objectName: account, destination: crmEvents, schedule: "*/10 * * * *", backfill: {defaultPeriod: {fullHistory: true}}, requiredFields: [{fieldName: id}, {fieldName: name}]}
        - {objectName: lead, destination: crmEvents, schedule: "*/10 * * * *", requiredFields: [{fieldName: id}]}
    subscribe:
      objects:
        - objectName: account
          destination: crmEvents
          inheritFieldsAndMapping: true
          createEvent: {enabled: always}
          updateEvent: {enabled: always, watchFieldsAuto: all}
          deleteEvent: {enabled: always}
`;

test('an installation made while amp runs is backfilled, read on schedule and followed, and all of it is delivered', async () => {
  rig = await startRig({ speed: 120, manifest, records: { Account: 50, Lead: 3 } });
  const world = rig;
  await selectForEvents(world, 'Account');
  const run = world.run();
  await run.says('runs revision 1 for 0 installations');
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);

  const backfilled = () => world.messages().filter(({ readType }) => readType === 'backfill');
  await until(() => backfilled().length > 0, 'the backfill is delivered');
  expect(backfilled().flatMap(({ result }) => result)).toHaveLength(50);
  await run.says('following account');

  insert(world, 'Account', { Name: 'Tidewater' });
  const has = (kind: (message: Message) => boolean) => () =>
    world
      .messages()
      .some((message) => kind(message) && message.result.some(({ raw }) => JSON.stringify(raw).includes('Tidewater')));
  await until(
    has(({ action }) => action === 'subscribe'),
    'the event is delivered',
  );
  await until(
    has(({ readType }) => readType === 'scheduled'),
    'the scheduled read delivers the new account',
  );

  expect(await run.stop('SIGTERM')).toEqual({ code: 143, signal: null });
  expect((await world.amp.amp(['status'])).stdout).toContain('quayline');
}, 150_000);

test('an installation that moves to another org follows that one from its first event, and forgets the old one’s place', async () => {
  rig = await startRig({ manifest });
  const world = rig;
  await selectForEvents(world, 'Account');
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  const run = world.run();
  await run.says('following account');
  for (const name of ['A', 'B', 'C']) insert(world, 'Account', { Name: name });
  const delivered = (text: string) => () =>
    world.messages().some(({ action, result }) => action === 'subscribe' && JSON.stringify(result).includes(text));
  await until(delivered('"C"'), 'the last event of the old org');
  const another = await world.connectAnother('globex');
  await selectForEvents({ ...world, emulator: another }, 'Account');
  await world.amp.json(['installations', 'update', 'quayline', '--org', 'globex']);
  const positions = () =>
    inState(world, ({ db }) => db.prepare('SELECT replay_id FROM stream_positions').all<{ replay_id: string }>());
  await until(() => positions().length === 0, 'the old place is forgotten');
  insert({ ...world, emulator: another }, 'Account', { Name: 'Tidewater' });
  await until(delivered('Tidewater'), 'the first event of the new org');
  await world.amp.json(['installations', 'remove', 'quayline', '--yes', '--keep-org']);
  await until(() => positions().length === 0, 'nothing is left of it');
  expect(JSON.parse((await world.amp.amp(['status', '--json'])).stdout).subscriptions).toEqual([]);
  expect((await run.stop()).code).toBe(143);
}, 150_000);

test('an installation that moves to another org is backfilled from there as well, and reads on from there', async () => {
  const reads = runManifest([everyTenMinutes('account', fullBackfill)]);
  rig = await startRig({ speed: 240, manifest: reads, records: { Account: 5 } });
  const world = rig;
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  const run = world.run();
  const read = (type: string) =>
    world.messages().flatMap(({ readType, result }) => (readType === type ? result.map(({ raw }) => raw.Id) : []));
  await until(() => read('backfill').length === 5, 'the backfill of the old org');
  insert(world, 'Account', { Name: 'Tidewater' });
  await until(() => read('scheduled').length === 1, 'a scheduled read has moved the watermark');

  const another = await world.connectAnother('globex', { Account: 7 });
  await world.amp.json(['installations', 'update', 'quayline', '--org', 'globex']);
  await until(() => read('backfill').length === 12, 'the backfill of the new org');
  insert({ ...world, emulator: another }, 'Account', { Name: 'Ferrybridge' });
  await until(() => read('scheduled').length === 2, 'a scheduled read of the new org');
  expect((await run.stop()).code).toBe(143);
}, 150_000);

test('a field that is deleted stops the events of its object alone, status says so, and they go on where they stopped when it is back', async () => {
  const follows = (name: string) =>
    `{objectName: ${name}, destination: crmEvents, inheritFieldsAndMapping: true, createEvent: {enabled: always}}`;
  const reads = (name: string, field: string) =>
    `{objectName: ${name}, destination: crmEvents, requiredFields: [{fieldName: ${field}}]}`;
  rig = await startRig({
    speed: 240,
    manifest: `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read: {objects: [${reads('account', 'Tier__c')}, ${reads('contact', 'LastName')}]}
    subscribe: {objects: [${follows('account')}, ${follows('contact')}]}
`,
  });
  const world = rig;
  const { schema } = world.emulator.org;
  const tier = { name: 'Tier__c', label: 'Tier', type: 'text', length: 20 };
  schema.createField('Account', tier);
  for (const object of ['Account', 'Contact']) await selectForEvents(world, object);
  await world.amp.json(['install', 'crm', '--group', "quay's", '--org', 'acme']);
  const run = world.run();
  await run.says('following account, contact');
  const delivered = (text: string) => () => world.messages().some((message) => JSON.stringify(message).includes(text));
  insert(world, 'Account', { Name: 'Before', Tier__c: 'one' });
  await until(delivered('"tier__c":"one"'), 'an event with the field');

  schema.deleteField('Account', 'Tier__c');
  insert(world, 'Account', { Name: 'Meanwhile' });
  await run.says('account is left out: Account shows this user no field for "Tier__c"');
  insert(world, 'Contact', { LastName: 'Tidewater' });
  await until(delivered('Tidewater'), 'the event of the other object');
  expect(delivered('Meanwhile')()).toBe(false);
  const { code, stdout } = await world.amp.amp(['status', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).attention).toContainEqual({
    kind: 'subscription',
    subject: "quay's (crm)",
    message: expect.stringContaining('account is left out'),
    remedy: expect.stringContaining("--group 'quay'\\''s'"),
  });

  schema.createField('Account', tier);
  await until(delivered('Meanwhile'), 'the event that had to wait');
  const after = JSON.parse((await world.amp.amp(['status', '--json'])).stdout).attention;
  expect(after.filter(({ kind }: { kind: string }) => kind === 'subscription')).toEqual([]);
  expect((await run.stop()).code).toBe(143);
}, 150_000);

test('events whose destination was removed wait for it, and those of other destinations do not', async () => {
  const follows = (name: string, destination: string) =>
    `{objectName: ${name}, destination: ${destination}, inheritFieldsAndMapping: true, createEvent: {enabled: always}}`;
  const reads = (name: string) =>
    `{objectName: ${name}, destination: crmEvents, requiredFields: [{fieldName: CreatedDate}]}`;
  const manifestTo = (destination: string) => `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read: {objects: [${reads('account')}, ${reads('contact')}]}
    subscribe: {objects: [${follows('account', destination)}, ${follows('contact', 'crmEvents')}]}
`;
  rig = await startRig({ manifest: manifestTo('crmEvents') });
  const world = rig;
  for (const object of ['Account', 'Contact']) await selectForEvents(world, object);
  const addOther = () =>
    world.amp.json(['destinations', 'add', 'other', '--url', world.receiver.url, '--allow-private-network']);
  await addOther();
  writeFileSync(join(world.amp.dir, 'amp.yaml'), manifestTo('other'));
  await world.amp.json(['deploy', '--yes']);
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  const run = world.run();
  await run.says('following account, contact');
  await world.amp.json(['destinations', 'remove', 'other', '--yes']);
  await run.says('account is left out: There is no destination named "other"');
  const account = insert(world, 'Account', { Name: 'Meanwhile' });
  const contact = insert(world, 'Contact', { LastName: 'Tidewater' });
  const delivered = (id: string) => () => world.messages().some((message) => JSON.stringify(message).includes(id));
  await until(delivered(contact), 'the event of the other destination');
  expect(delivered(account)()).toBe(false);
  expect(JSON.parse((await world.amp.amp(['status', '--json'])).stdout).attention).toMatchObject([
    { kind: 'subscription', message: expect.stringContaining('no destination named "other"') },
  ]);
  await addOther();
  await until(delivered(account), 'the event that had to wait');
  expect((await run.stop()).code).toBe(143);
}, 150_000);

test('with --json every line is an object with a type, and the summary is the last', async () => {
  rig = await startRig({ manifest: runManifest([everyTenMinutes('contact')]) });
  const run = rig.run(['--json']);
  await until(() => run.stdout().includes('The API is at'), 'the API');
  expect((await run.stop('SIGINT')).code).toBe(130);
  const lines = run
    .stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; message?: string });
  expect(lines.slice(-2)).toMatchObject([{ type: 'log', message: 'Stopped.' }, { type: 'summary' }]);
  expect(lines.filter(({ type }) => type === 'summary')).toHaveLength(1);
}, 60_000);

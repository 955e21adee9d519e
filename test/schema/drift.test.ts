import { afterEach, expect, test } from 'vitest';
import { storedDrift } from '../../src/runtime/schema/stored-drift.ts';
import { readObject } from '../read/read-world.ts';
import { everyKind, type SchemaWorldOptions, startSchemaWorld } from './schema-world.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.stop();
});

async function start(options: SchemaWorldOptions = {}) {
  const world = await startSchemaWorld(options);
  open.push(world);
  return world;
}

const tier = { name: 'Tier__c', label: 'Tier', type: 'text', length: 20 };
const hidden = { readable: false, editable: false };
const mapped = readObject('contact', ['LastName', ['Tier__c', 'tier']]);

test('a field that is only hidden from our user is told apart from one that was deleted', async () => {
  const world = await start({ objects: [mapped] });
  world.schema.createField('Contact', tier);
  world.schema.createField('Contact', { ...tier, name: 'Old__c' });
  await world.run();
  world.schema.setFieldAccess('Contact', 'Tier__c', world.admin, hidden);
  world.schema.setFieldAccess('Contact', 'Phone', world.admin, hidden);
  world.schema.deleteField('Contact', 'Old__c');
  await world.run();
  expect(world.sent()[0]!.result.deletedFields).toMatchObject([
    { fieldName: 'old__c', reason: 'deleted' },
    { fieldName: 'phone', reason: 'hidden' },
    { fieldName: 'tier__c', reason: 'hidden' },
  ]);
  expect(world.warnings()).toEqual([
    'Mapping "tier" of contact has no source: Tier__c is hidden from our user. The next read fails.',
  ]);
});

test('without access to the set-up nothing is claimed about a field that went', async () => {
  const world = await start({ objects: [mapped] });
  world.schema.createField('Contact', tier);
  await world.run();
  world.emulator.faults.add({
    match: { path: '/tooling/query' },
    count: 0,
    effect: { kind: 'answer', status: 400, body: '[{"errorCode":"INVALID_TYPE","message":"not supported"}]' },
  });
  world.schema.deleteField('Contact', 'Tier__c');
  await world.run();
  const [field] = world.sent()[0]!.result.deletedFields!;
  expect(field).toMatchObject({ fieldName: 'tier__c' });
  expect(field).not.toHaveProperty('reason');
  expect(world.warnings()).toEqual([
    'Mapping "tier" of contact has no source: Tier__c is gone, or hidden from our user. The next read fails.',
  ]);
});

test('a run that is stopped between two objects keeps what it has seen, and the next one tells the rest', async () => {
  const world = await start({ objects: [readObject('contact', ['LastName']), readObject('account', ['Name'])] });
  await world.run();
  world.schema.createField('Contact', tier);
  world.schema.createField('Account', { ...tier, name: 'Level__c' });
  world.emulator.faults.add({ match: { path: '/account/describe' }, effect: { kind: 'hang' } });
  const stop = new AbortController();
  const running = world.run(stop.signal);
  while (world.operations().length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort(new Error('stopped'));
  await expect(running).rejects.toThrow('stopped');
  expect(world.sent()).toMatchObject([{ objectName: 'contact' }]);
  await world.run();
  expect(world.sent()).toMatchObject([{ objectName: 'account' }]);
  expect(world.operations().map(({ status }) => status)).not.toContain('in_progress');
});

test('another user or another org begins with a baseline of its own', async () => {
  const world = await start();
  await world.run();
  world.schema.createField('Contact', tier);
  expect(await world.run(undefined, `${world.record.orgId}:005000000000009AAA`)).toMatchObject([
    { outcome: 'baseline' },
  ]);
  expect(world.sent()).toEqual([]);
});

test('a field of a parent that a mapping goes through is followed', async () => {
  const world = await start({
    objects: [
      readObject('contact', ['LastName', ["$['Account']['Level__c']", 'level']]),
      readObject('account', ['Name']),
    ],
  });
  world.schema.createField('Account', { ...tier, name: 'Level__c' });
  await world.run();
  world.schema.deleteField('Account', 'Level__c');
  await world.run();
  expect(world.warnings()).toEqual([
    'Mapping "level" of contact has no source: account.Level__c was deleted. The next read fails.',
  ]);
});

test('writes, filters, watched fields and value mappings are followed, too', async () => {
  const world = await start({
    objects: [mapped],
    integration: {
      subscribe: {
        objects: [
          {
            objectName: 'contact',
            destination: 'drift',
            inheritFieldsAndMapping: true,
            createEvent: true,
            deleteEvent: true,
            updateEvent: { watch: ['Code__c'] },
            otherEvents: [],
          },
        ],
      },
      write: { objects: [{ objectName: 'contact', inheritMapping: true }] },
    },
    config: {
      provider: 'salesforce',
      read: {
        objects: {
          contact: {
            objectName: 'contact',
            fieldFilters: [{ fieldName: 'Region__c', operator: 'eq', value: 'north' }],
            selectedValueMappings: { tier: { vip: 'gold' } },
          },
        },
      },
      subscribe: { objects: { contact: { objectName: 'contact', inheritFieldsAndMappings: true } } },
    },
  });
  const picklist = { name: 'Tier__c', type: 'picklist', picklistValues: ['gold', 'silver'] };
  world.schema.createField('Contact', picklist);
  for (const name of ['Code__c', 'Region__c', 'Grade__c']) world.schema.createField('Contact', { ...tier, name });
  await world.run();
  world.schema.createField('Contact', { ...picklist, picklistValues: ['silver'] });
  world.schema.deleteField('Contact', 'Code__c');
  world.schema.deleteField('Contact', 'Region__c');
  world.schema.createField('Contact', { ...tier, name: 'Grade__c', required: true });
  await world.run();
  expect(world.warnings()).toEqual([
    'A filter of contact needs Region__c, which was deleted. The next read fails.',
    'Grade__c of contact is required now: creates without it fail.',
    'The value mapping of tier (contact) names "gold", no value of Tier__c now.',
    'Updates of contact watch Code__c, which was deleted.',
  ]);
});

test('a long list of changes travels in several messages, none larger than a message may be', async () => {
  const world = await start({ watch: everyKind });
  await world.run();
  const picklistValues = Array.from({ length: 900 }, (_, index) => `value ${index} ${'x'.repeat(60)}`);
  for (let index = 0; index < 4; index++)
    world.schema.createField('Contact', { name: `Long${index}__c`, type: 'picklist', picklistValues });
  const huge = Array.from({ length: 2_000 }, (_, index) => `value ${index} ${'x'.repeat(100)}`);
  world.schema.createField('Contact', { name: 'Huge__c', type: 'picklist', picklistValues: huge });
  await world.run();
  const sizes = world.state.db.prepare('SELECT bytes FROM outbox').all<{ bytes: number }>();
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeLessThanOrEqual(300_000);
  const fields = world.sent().flatMap(({ result }) => result.createdFields ?? []);
  expect(fields.map(({ fieldName }) => fieldName).sort()).toEqual([
    'huge__c',
    'long0__c',
    'long1__c',
    'long2__c',
    'long3__c',
  ]);
  const [cut] = fields.filter(({ fieldName }) => fieldName === 'huge__c');
  expect(cut).toMatchObject({ valuesOmitted: true });
  expect(cut).not.toHaveProperty('values');
});

test('states that nobody refers to any more are forgotten, also with the installation', async () => {
  const world = await start();
  const states = () =>
    world.state.db.prepare('SELECT count(*) AS count FROM schema_states').get<{ count: number }>()!.count;
  for (let index = 0; index < 5; index++) {
    world.schema.createField('Contact', { ...tier, label: `Label ${index}` });
    await world.run();
  }
  // Baseline and newest.
  expect(states()).toBe(2);
  world.state.db.exec("DELETE FROM schema_watches WHERE scope = 'ins_1'");
  expect(states()).toBe(0);
});

test('a field that was never there is told at the first look; a mapping without a source and a name that a parent has are not', async () => {
  const world = await start({
    objects: [
      readObject('contact', ['LastName', ['Nowhere__c', 'tier'], ["$['Account']['Name']", 'company']], {
        optionalFields: [{ kind: 'chosen', mapToName: 'open', mapToDisplayName: 'Open' }],
      }),
      readObject('account', ['Name', "$['Owner']['Nothing__c']"]),
    ],
    integration: {
      subscribe: {
        objects: [
          {
            objectName: 'contact',
            destination: 'drift',
            inheritFieldsAndMapping: true,
            createEvent: true,
            deleteEvent: true,
            updateEvent: { watch: ['open'] },
            otherEvents: [],
          },
        ],
      },
    },
  });
  await world.run();
  expect(storedDrift(world.store, world.installation, world.integration)?.impacts).toMatchObject([
    {
      level: 'breaking',
      message:
        'Mapping "tier" of contact has no source: Nowhere__c is gone, or hidden from our user. The next read fails.',
    },
  ]);
  world.schema.createField('Contact', { ...tier, name: 'Nowhere__c' });
  await world.run();
  expect(storedDrift(world.store, world.installation, world.integration)?.impacts).toEqual([]);
});

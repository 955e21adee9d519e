import { afterEach, expect, test } from 'vitest';
import { checkManifest } from '../../src/manifest/check.ts';
import { nextSchemaCheck } from '../../src/runtime/schema/schema-schedule.ts';
import { readObject } from '../read/read-world.ts';
import { everyKind, type SchemaWorldOptions, startSchemaWorld } from '../schema/schema-world.ts';

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

test('SCHEMA-1 the first run makes a baseline and sends nothing', async () => {
  const world = await start();
  expect(await world.run()).toMatchObject([{ objectName: 'contact', outcome: 'baseline', messages: 0 }]);
  expect(world.sent()).toEqual([]);
  expect(world.operations()).toMatchObject([
    { status: 'success', result: expect.stringMatching(/^Baseline of Contact/) },
  ]);
});

test('SCHEMA-2 fields that came, went and changed in type, label or help text are in the right list, changes with old and new', async () => {
  const world = await start();
  world.schema.createField('Contact', tier);
  world.schema.createField('Contact', { name: 'Old__c', label: 'Old', type: 'checkbox' });
  world.schema.createField('Contact', { name: 'Help__c', label: 'Help', type: 'text', inlineHelpText: 'before' });
  world.schema.createField('Contact', { name: 'Label__c', label: 'Before', type: 'text' });
  await world.run();
  world.schema.createField('Contact', { name: 'New__c', label: 'New', type: 'date' });
  world.schema.deleteField('Contact', 'Old__c');
  world.schema.createField('Contact', { ...tier, type: 'number', precision: 18, scale: 0 });
  world.schema.createField('Contact', { name: 'Help__c', label: 'Help', type: 'text', inlineHelpText: 'after' });
  world.schema.createField('Contact', { name: 'Label__c', label: 'After', type: 'text' });
  await world.run();
  const sent = world.sent();
  expect(sent).toHaveLength(1);
  const { result } = sent[0]!;
  expect(result.createdFields).toMatchObject([{ fieldName: 'new__c', displayName: 'New', valueType: 'date' }]);
  expect(result.deletedFields).toMatchObject([{ fieldName: 'old__c', valueType: 'boolean', reason: 'deleted' }]);
  expect(result.changedFields).toMatchObject([
    { oldSchema: { description: 'before' }, newSchema: { description: 'after' } },
    { oldSchema: { displayName: 'Before' }, newSchema: { displayName: 'After' } },
    {
      oldSchema: { fieldName: 'tier__c', valueType: 'string', providerType: 'string' },
      newSchema: { fieldName: 'tier__c', valueType: 'float', providerType: 'double' },
    },
  ]);
  await world.run();
  expect(world.sent()).toEqual([]);
});

test('SCHEMA-3 picklist values, required, read-only and reference targets count as changes; the order of values does not', async () => {
  const world = await start();
  const picklist = { name: 'Stage__c', type: 'picklist', picklistValues: ['new', 'won'] };
  const lookup = { name: 'Partner__c', type: 'lookup', referenceTo: 'Account' };
  const fixed = { name: 'Code__c', type: 'text', length: 10 };
  for (const field of [picklist, lookup, fixed, tier]) world.schema.createField('Contact', field);
  await world.run();
  world.schema.createField('Contact', { ...picklist, picklistValues: ['won', 'new'] });
  await world.run();
  expect(world.sent()).toEqual([]);
  world.schema.createField('Contact', { ...picklist, picklistValues: ['won', 'lost'] });
  world.schema.createField('Contact', { ...lookup, referenceTo: 'Contact' });
  world.schema.createField('Contact', { ...fixed, required: true });
  world.schema.setFieldAccess('Contact', 'Tier__c', world.admin, { readable: true, editable: false });
  await world.run();
  expect(world.sent()[0]!.result.changedFields).toMatchObject([
    { oldSchema: { isRequired: false }, newSchema: { fieldName: 'code__c', isRequired: true } },
    { oldSchema: { referenceTo: ['Account'] }, newSchema: { fieldName: 'partner__c', referenceTo: ['Contact'] } },
    {
      oldSchema: { values: [{ value: 'won' }, { value: 'new' }] },
      newSchema: { fieldName: 'stage__c', values: [{ value: 'won' }, { value: 'lost' }] },
    },
    { oldSchema: { readOnly: false }, newSchema: { fieldName: 'tier__c', readOnly: true } },
  ]);
});

test('SCHEMA-4 only enabled kinds are sent, and nothing when nothing of them changed', async () => {
  const world = await start({ watch: { ...everyKind, fieldDeleted: false, fieldChanged: false } });
  world.schema.createField('Contact', tier);
  await world.run();
  world.schema.createField('Contact', { ...tier, label: 'Level' });
  expect(await world.run()).toMatchObject([{ outcome: 'changed', changes: 1, messages: 0 }]);
  world.schema.deleteField('Contact', 'Tier__c');
  await world.run();
  expect(world.sent()).toEqual([]);
  world.schema.createField('Contact', { ...tier, name: 'Level__c' });
  await world.run();
  expect(world.sent()).toMatchObject([{ result: { createdFields: [{ fieldName: 'level__c' }] } }]);
});

test('SCHEMA-5 an object that cannot be described is a failed operation and no mass deletion; the others are compared', async () => {
  const world = await start({ objects: [readObject('contact', ['LastName']), readObject('account', ['Name'])] });
  await world.run();
  world.schema.createField('Account', { ...tier, name: 'Level__c' });
  world.emulator.faults.add({ name: 'error-500-html', count: 0, match: { path: '/sobjects/contact/describe' } });
  expect(await world.run()).toMatchObject([
    { objectName: 'contact', outcome: 'failed', messages: 0 },
    { objectName: 'account', outcome: 'changed', messages: 1 },
  ]);
  expect(world.sent()).toMatchObject([
    { objectName: 'account', result: { createdFields: [{ fieldName: 'level__c' }] } },
  ]);
  expect(world.operations().map(({ object, status }) => `${object} ${status}`)).toContain('contact failure');
});

test('SCHEMA-6 a rename is a deletion and a creation, and the mapping that used it is named', async () => {
  const mapped = readObject('contact', ['LastName', ['Tier__c', 'tier']]);
  const world = await start({ objects: [mapped] });
  world.schema.createField('Contact', tier);
  await world.run();
  world.schema.deleteField('Contact', 'Tier__c');
  world.schema.createField('Contact', { ...tier, name: 'Level__c' });
  await world.run();
  expect(world.sent()).toMatchObject([
    { result: { createdFields: [{ fieldName: 'level__c' }], deletedFields: [{ fieldName: 'tier__c' }] } },
  ]);
  expect(world.warnings()).toEqual([
    'Mapping "tier" of contact has no source: Tier__c was deleted. The next read fails.',
  ]);
});

test('SCHEMA-7 without a schedule it runs daily; more often than hourly is refused by the checker and not done by the runtime', () => {
  const manifest = (schedule: string) =>
    checkManifest({
      file: 'amp.yaml',
      bytes: Buffer.from(`specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: contact
    watchSchema:
      destination: crm
${schedule}      allObjects:
        fieldCreated: {enabled: always}
`),
    });
  const codes = (schedule: string) =>
    manifest(schedule)
      .diagnostics.map(({ code }) => code)
      .filter((code) => code.startsWith('watch-schema'));
  expect(codes('')).toEqual([]);
  expect(codes('      schedule: "0 * * * *"\n')).toEqual([]);
  expect(codes('      schedule: "*/30 * * * *"\n')).toEqual(['watch-schema-interval']);
  const day = 86_400_000;
  const at = Date.parse('2026-03-01T10:17:00Z');
  const daily = nextSchemaCheck(everyKind, at);
  expect(new Date(daily).toISOString()).toBe('2026-03-02T00:00:00.000Z');
  expect(nextSchemaCheck(everyKind, daily)).toBe(daily + day);
});

test('a schema watch keeps to the minutes of its schedule, however late a look or its baseline was', () => {
  const hourly = { ...everyKind, schedule: '30 * * * *' };
  const next = (at: string) => new Date(nextSchemaCheck(hourly, Date.parse(at))).toISOString();
  expect(next('2026-03-01T10:17:00Z')).toBe('2026-03-01T10:30:00.000Z');
  expect(next('2026-03-01T10:30:00Z')).toBe('2026-03-01T11:30:00.000Z');
  expect(next('2026-03-01T10:30:09Z')).toBe('2026-03-01T11:30:00.000Z');
  expect(next('2026-03-01T11:29:59Z')).toBe('2026-03-01T11:30:00.000Z');
});

test('SCHEMA-10 the envelope has the ids, an object as result and no resultInfo', async () => {
  const world = await start();
  await world.run();
  world.schema.createField('Contact', tier);
  const [checked] = await world.run();
  const [message] = world.sent();
  expect(message).toMatchObject({
    action: 'schema.watch',
    projectId: 'prj_7',
    provider: 'salesforce',
    groupRef: 'quayline',
    groupName: 'Quayline Logistics',
    consumerRef: 'u-12',
    consumerName: 'Ada Quist',
    installationId: 'ins_1',
    installationUpdateTime: '2026-02-03T08:00:00.000Z',
    objectName: 'person',
  });
  expect(Object.keys(message!)).not.toContain('resultInfo');
  expect(Array.isArray(message!.result)).toBe(false);
  const stored = world.state.db
    .prepare('SELECT operation_id, topic FROM outbox')
    .get<{ operation_id: string; topic: string }>();
  expect(stored).toEqual({ operation_id: checked!.operationId, topic: 'schema.watch' });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FieldEntry } from '../../src/manifest/manifest.ts';
import { parseWriteRequest } from '../../src/runtime/write/parse-request.ts';
import { field } from '../read/read-world.ts';
import { startWriteWorld, type WriteSetting, type WriteTestWorld } from '../write/write-world.ts';

let world: WriteTestWorld;
beforeEach(async () => {
  world = await startWriteWorld();
});
afterEach(() => world.stop());

const chosen = (mapToName: string, source?: string): FieldEntry => ({
  kind: 'chosen',
  mapToName,
  mapToDisplayName: mapToName,
  ...(source === undefined ? {} : { default: source }),
});

/** Accounts, as a product that calls them companies sees them. */
const companies = (more: Partial<WriteSetting> = {}): WriteSetting => ({
  objectName: 'account',
  read: {
    mapToName: 'company',
    requiredFields: [
      field('id'),
      field('Name', 'title'),
      field("$['BillingAddress']['city']", 'town'),
      field("$['Owner']['Email']", "$['owner']['email']"),
    ],
    optionalFields: [chosen('notes'), chosen('segment', 'Industry'), field('AnnualRevenue', "$['money']['revenue']")],
  },
  ...more,
});

const mapNotes = { readConfig: { selectedFieldMappings: { notes: 'Description' } } };
const refused = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('It was not refused.');
    },
    (error) =>
      error as { code: string; message: string; hint?: string; diagnostics?: { code: string; path?: string }[] },
  );

describe('mapping reversed', () => {
  test('WRITE-1 an inherited mapping is walked backwards', async () => {
    const answer = await world.write(
      companies(mapNotes),
      { type: 'create', record: { title: 'Quayline', notes: 'x' } },
      'company',
    );
    expect(answer).toMatchObject({ success: true, successCount: 1, failureCount: 0 });
    expect(world.stored('Account', answer.results[0]!.recordId!, ['Name', 'Description'])).toMatchObject({
      Name: 'Quayline',
      Description: 'x',
    });
  });

  test('WRITE-1 a choice from when the source was open does not move a fixed one', async () => {
    const stale = { readConfig: { selectedFieldMappings: { title: 'AccountNumber', notes: 'Description' } } };
    const answer = await world.write(companies(stale), { type: 'create', record: { title: 'Quayline' } });
    expect(world.stored('Account', answer.results[0]!.recordId!, ['Name', 'AccountNumber'])).toMatchObject({
      Name: 'Quayline',
      AccountNumber: null,
    });
  });

  test('WRITE-2 nested names are taken apart, a compound gets its component, a related field is refused', async () => {
    const answer = await world.write(companies(), {
      type: 'create',
      record: { title: 'A', town: 'Oslo', money: { revenue: 125 } },
    });
    const id = answer.results[0]!.recordId!;
    expect(world.stored('Account', id, ['BillingCity', 'AnnualRevenue'])).toMatchObject({
      BillingCity: 'Oslo',
      AnnualRevenue: 125,
    });
    const before = world.calls().length;
    const error = await refused(
      world.write(companies(), { type: 'create', record: { title: 'A', owner: { email: 'a@b.c' } } }),
    );
    expect(error).toMatchObject({ code: 'write-field-read-only', hint: 'Write OwnerId instead.' });
    expect(world.calls().length).toBe(before);
  });

  test('WRITE-3 an unmapped name is dropped with a warning; nothing left is an error without a call', async () => {
    const answer = await world.write(companies(), { type: 'create', record: { title: 'A', notes: 'x' } });
    expect(answer.warnings).toEqual(['"notes" was left out: this customer has not mapped it.']);
    const before = world.calls().length;
    const error = await refused(world.write(companies(), { type: 'create', record: { notes: 'x' } }));
    expect(error).toMatchObject({ code: 'write-nothing-left', message: expect.stringContaining('"notes"') });
    expect(world.calls().length).toBe(before);
  });

  test('WRITE-4 an unknown field is refused by the org, or dropped where the object removes those', async () => {
    const record = { title: 'A', shoeSize: 42 };
    const answer = await world.write(companies(), { type: 'create', record });
    expect(answer).toMatchObject({ success: false });
    expect(answer.errors[0]!.message).toContain("No such column 'shoeSize'");
    const dropping = companies({ writeConfig: { removeUnmappedFields: true } });
    const kept = await world.write(dropping, { type: 'create', record });
    expect(kept).toMatchObject({ success: true, warnings: ['"shoeSize" was left out: Account has no such field.'] });
  });

  test('WRITE-28 two values for one field are refused, one value twice is not', async () => {
    const error = await refused(
      world.write(companies(), { type: 'create', record: { title: 'A', segment: 'Energy', industry: 'Retail' } }),
    );
    expect(error).toMatchObject({
      code: 'write-field-conflict',
      message: expect.stringContaining('"segment" and "industry"'),
    });
    expect(world.calls()).toEqual([]);
    const same = { title: 'A', segment: 'Energy', industry: 'Energy' };
    expect(await world.write(companies(), { type: 'create', record: same })).toMatchObject({ success: true });
  });

  test("WRITE-29 the provider's value is sent for a mapped one", async () => {
    const setting = companies({ readConfig: { selectedValueMappings: { segment: { power: 'Energy' } } } });
    const mapped = await world.write(setting, { type: 'create', record: { title: 'A', segment: 'power' } });
    expect(world.stored('Account', mapped.results[0]!.recordId!, ['Industry']).Industry).toBe('Energy');
    const other = await world.write(setting, { type: 'create', record: { title: 'A', segment: 'Retail' } });
    expect(world.stored('Account', other.results[0]!.recordId!, ['Industry']).Industry).toBe('Retail');
  });

  test('WRITE-31 mapped and provider names reach the same object and fields', async () => {
    const deals: WriteSetting = {
      objectName: 'opportunity',
      read: { mapToName: 'deal', requiredFields: [field('stagename', 'stage')], optionalFields: [] },
    };
    const base = { Name: 'Big one', CloseDate: '2026-05-01' };
    const one = await world.write(deals, { type: 'create', record: { ...base, stage: 'Prospecting' } }, 'deal');
    const two = await world.write(
      deals,
      { type: 'create', record: { ...base, STAGENAME: 'Prospecting' } },
      'opportunity',
    );
    for (const { results } of [one, two]) {
      expect(world.stored('Opportunity', results[0]!.recordId!, ['StageName']).StageName).toBe('Prospecting');
    }
  });

  test('WRITE-33 an object that is not under write is refused with the nearest name', async () => {
    const error = await refused(
      Promise.resolve().then(() => world.write(companies(), { type: 'create', record: {} }, 'compny')),
    );
    expect(error).toMatchObject({ code: 'write-object-missing', hint: expect.stringContaining('"company"') });
  });

  test('WRITE-26 a custom object is written like a standard one', async () => {
    const touchpoints: WriteSetting = { objectName: 'touchpoint__c' };
    const made = await world.write(touchpoints, { type: 'create', record: { channel__c: 'Web', weight__c: 0.1234 } });
    const id = made.results[0]!.recordId!;
    expect(await world.write(touchpoints, { type: 'update', record: { id, Channel__c: 'Chat' } })).toMatchObject({
      success: true,
    });
    expect(world.stored('Touchpoint__c', id, ['Channel__c', 'Weight__c'])).toMatchObject({
      Channel__c: 'Chat',
      Weight__c: 0.1234,
    });
  });
});

describe('guards', () => {
  const guarded = (settings: NonNullable<WriteSetting['writeConfig']>['selectedFieldSettings']) =>
    companies({ ...mapNotes, writeConfig: { selectedFieldSettings: settings! } });

  test('WRITE-5 a default fills in what is absent; null, empty text, false and 0 are present', async () => {
    const setting: WriteSetting = {
      objectName: 'Account',
      writeConfig: {
        selectedFieldSettings: {
          Description: { default: { stringValue: 'myApp' } },
          NumberOfEmployees: { default: { integerValue: 7 } },
        },
      },
    };
    const read = async (record: Record<string, string | number | null>) => {
      const { results } = await world.write(setting, { type: 'create', record: { Name: 'A', ...record } });
      return world.stored('Account', results[0]!.recordId!, ['Description', 'NumberOfEmployees']);
    };
    expect(await read({})).toMatchObject({ Description: 'myApp', NumberOfEmployees: 7 });
    expect(await read({ Description: null, NumberOfEmployees: 0 })).toMatchObject({
      Description: null,
      NumberOfEmployees: 0,
    });
    expect(await read({ Description: '' })).toMatchObject({ Description: null });
    const touchpoints: WriteSetting = {
      objectName: 'Touchpoint__c',
      writeConfig: { selectedFieldSettings: { Is_Inbound__c: { default: { booleanValue: true } } } },
    };
    const off = await world.write(touchpoints, { type: 'create', record: { Is_Inbound__c: false, Channel__c: 'Web' } });
    expect(world.stored('Touchpoint__c', off.results[0]!.recordId!, ['Is_Inbound__c']).Is_Inbound__c).toBe(false);
  });

  test('WRITE-6 never on update keeps the field and its default out of updates; never on create the reverse', async () => {
    const onCreate = guarded({ notes: { writeOnUpdate: 'never', default: { stringValue: 'made by us' } } });
    const made = await world.write(onCreate, { type: 'create', record: { title: 'A' } });
    const id = made.results[0]!.recordId!;
    expect(world.stored('Account', id, ['Description']).Description).toBe('made by us');
    world.edit('Account', id, { Description: 'human' });
    await world.write(onCreate, { type: 'update', record: { id, title: 'B' } });
    await world.write(onCreate, { type: 'update', record: { id, title: 'C', notes: 'ours' } });
    expect(world.stored('Account', id, ['Name', 'Description'])).toMatchObject({ Name: 'C', Description: 'human' });

    const onUpdate = guarded({ notes: { writeOnCreate: 'never', default: { stringValue: 'later' } } });
    const second = await world.write(onUpdate, { type: 'create', record: { title: 'A', notes: 'now' } });
    const other = second.results[0]!.recordId!;
    expect(world.stored('Account', other, ['Description']).Description).toBe(null);
    await world.write(onUpdate, { type: 'update', record: { id: other, title: 'B' } });
    expect(world.stored('Account', other, ['Description']).Description).toBe('later');

    const neither = guarded({
      notes: { writeOnCreate: 'never', writeOnUpdate: 'never', default: { stringValue: 'x' } },
    });
    const third = await world.write(neither, { type: 'create', record: { title: 'A', notes: 'y' } });
    await world.write(neither, { type: 'update', record: { id: third.results[0]!.recordId!, title: 'B', notes: 'y' } });
    expect(world.stored('Account', third.results[0]!.recordId!, ['Description']).Description).toBe(null);
  });

  test('WRITE-7 ifEmpty writes over null and empty text, not over a text, false or 0', async () => {
    const setting: WriteSetting = {
      objectName: 'Account',
      writeConfig: {
        selectedFieldSettings: {
          Description: { writeOnUpdate: 'ifEmpty' },
          NumberOfEmployees: { writeOnUpdate: 'ifEmpty' },
        },
      },
    };
    const empty = world.plant('Account', { Name: 'E', Description: '' });
    const full = world.plant('Account', { Name: 'F', Description: 'x', NumberOfEmployees: 0 });
    const record = { Description: 'ours', NumberOfEmployees: 5 };
    expect(await world.write(setting, { type: 'update', record: { id: empty, ...record } })).toMatchObject({
      success: true,
    });
    expect(world.stored('Account', empty, ['Description', 'NumberOfEmployees'])).toMatchObject(record);
    const held = await world.write(setting, { type: 'update', record: { id: full, ...record } });
    expect(held.results).toEqual([{ success: true, status: 'unchanged', recordId: full }]);
    expect(world.stored('Account', full, ['Description', 'NumberOfEmployees'])).toMatchObject({
      Description: 'x',
      NumberOfEmployees: 0,
    });
    const touchpoints: WriteSetting = {
      objectName: 'Touchpoint__c',
      writeConfig: { selectedFieldSettings: { Is_Inbound__c: { writeOnUpdate: 'ifEmpty' } } },
    };
    const off = world.plant('Touchpoint__c', { Is_Inbound__c: false });
    await world.write(touchpoints, { type: 'update', record: { id: off, Is_Inbound__c: true } });
    expect(world.stored('Touchpoint__c', off, ['Is_Inbound__c']).Is_Inbound__c).toBe(false);
  });
});

describe('requests', () => {
  const accounts: WriteSetting = { objectName: 'Account' };

  test('WRITE-8 an update without an id is refused before any call', async () => {
    const error = await refused(world.write(accounts, { type: 'update', record: { Name: 'A' } }));
    expect(error).toMatchObject({ code: 'write-id-missing', diagnostics: [{ path: '$.record.id' }] });
    expect(world.calls()).toEqual([]);
  });

  test("WRITE-9 a success has the id; a validation rule fails in Salesforce's own words", async () => {
    world.org.schema.setValidationRule({
      object: 'Account',
      name: 'no_zz',
      formula: 'Name = "ZZ"',
      message: 'ZZ is for Zoe; ask "her" first.',
    });
    expect(await world.write(accounts, { type: 'create', record: { Name: 'A' } })).toMatchObject({
      results: [{ success: true, recordId: expect.stringMatching(/^001\w{15}$/) }],
    });
    const answer = await world.write(accounts, { type: 'create', record: { Name: 'ZZ' } });
    expect(answer.errors).toMatchObject([
      {
        message: 'ZZ is for Zoe; ask "her" first.',
        code: 'salesforce-validation-rule',
        providerCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      },
    ]);
    expect(world.operation(answer.operationId)).toMatchObject({ status: 'failure' });
  });

  test('WRITE-16 zero or 101 records, record beside batch, and a batch of deletes are refused', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ record: { Name: `A${index}` } }));
    for (const body of [
      { type: 'create', batch: [] },
      { type: 'create', batch: many(101) },
      { type: 'create', batch: many(1), record: { Name: 'A' } },
      { type: 'delete', batch: [{ record: { id: '001000000000000AAA' } }] },
      { type: 'create' },
      { type: 'merge', record: { Name: 'A' } },
    ]) {
      expect(() => world.write(accounts, body), JSON.stringify(body).slice(0, 60)).toThrow(
        expect.objectContaining({ code: 'write-request-invalid' }),
      );
    }
    expect(await world.write(accounts, { type: 'create', batch: many(100) })).toMatchObject({
      successCount: 100,
    });
  });

  test('WRITE-10 without a mode the caller waits for the result', async () => {
    expect(await world.write(accounts, { type: 'create', record: { Name: 'A' } })).toMatchObject({ successCount: 1 });
    expect(parseWriteRequest('account', { type: 'create', record: { Name: 'A' } }).mode).toBe('synchronous');
  });

  test('WRITE-17 one bad record of a batch takes the others with it, and is named', async () => {
    const answer = await world.write(accounts, {
      type: 'create',
      batch: [{ record: { Name: 'A' } }, { record: { Phone: '1' } }, { record: { Name: 'C' } }],
    });
    expect(answer).toMatchObject({ success: false, successCount: 0, failureCount: 3 });
    expect(answer.results.map(({ status }) => status)).toEqual(['rolled-back', 'failure', 'rolled-back']);
    expect(answer.results.every(({ recordId }) => recordId === undefined)).toBe(true);
    expect(answer.errors).toMatchObject([{ providerCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] }]);
    expect(world.org.count('Account')).toBe(0);
    expect(world.operation(answer.operationId).metadata.errors).toHaveLength(3);
  });

  test('WRITE-18 partial writes keep the good records, in the order of the request', async () => {
    const answer = await world.write(accounts, {
      type: 'create',
      batchPolicy: { allOrNone: false },
      batch: [{ record: { Name: 'A' } }, { record: { Phone: '1' } }, { record: { Name: 'C' } }],
    });
    expect(answer).toMatchObject({ success: false, successCount: 2, failureCount: 1 });
    expect(answer.results.map(({ status }) => status)).toEqual(['success', 'failure', 'success']);
    expect(world.stored('Account', answer.results[2]!.recordId!, ['Name']).Name).toBe('C');
  });

  test('WRITE-19 headers go along with creates, updates and deletes; sign-in is ours', async () => {
    world.org.schema.setDuplicateRule({ object: 'Account', name: 'same_name', fields: ['Name'], allowSave: true });
    const headers = [{ key: 'Sforce-Duplicate-Rule-Header', value: 'allowSave=true' }];
    const id = world.plant('Account', { Name: 'A' });
    const plain = await world.write(accounts, { type: 'create', record: { Name: 'A' } });
    expect(plain.errors).toMatchObject([{ code: 'salesforce-duplicate-found', providerCode: 'DUPLICATES_DETECTED' }]);
    const created = await world.write(accounts, { type: 'create', record: { Name: 'A' }, headers });
    expect(created.success).toBe(true);
    const other = world.plant('Account', { Name: 'B' });
    expect(await world.write(accounts, { type: 'update', record: { id: other, Name: 'A' }, headers })).toMatchObject({
      success: true,
    });
    const batch = [{ record: { Name: 'A' } }, { record: { Name: 'C' } }];
    expect(await world.write(accounts, { type: 'create', batch, headers })).toMatchObject({ successCount: 2 });
    const allowed: WriteSetting = { objectName: 'Account', writeConfig: { deletionSettings: { enabled: true } } };
    expect(await world.write(allowed, { type: 'delete', record: { id }, headers })).toMatchObject({ success: true });
    for (const key of ['Authorization', 'host', 'Connection', 'Sforce-Call-Options', 'X Y']) {
      const error = () =>
        world.write(accounts, { type: 'create', record: { Name: 'A' }, headers: [{ key, value: 'secret-canary' }] });
      expect(error, key).toThrow(expect.objectContaining({ code: 'write-header-refused', path: '$.headers[0]' }));
      expect(error, key).not.toThrow(/secret-canary/);
    }
  });

  test('WRITE-20 associations are for HubSpot', async () => {
    expect(() => world.write(accounts, { type: 'create', record: { Name: 'A' }, associations: [] })).toThrow(
      expect.objectContaining({
        code: 'write-associations-unsupported',
        message: 'Associations exist on HubSpot only.',
      }),
    );
  });

  test('WRITE-21 a delete needs the customer to allow it, one record at a time, while the caller waits', async () => {
    const id = world.plant('Account', { Name: 'A' });
    const error = await refused(world.write(accounts, { type: 'delete', record: { id } }));
    expect(error.code).toBe('write-delete-disabled');
    expect(world.org.count('Account')).toBe(1);
    const allowed: WriteSetting = { objectName: 'Account', writeConfig: { deletionSettings: { enabled: true } } };
    expect(() => world.write(allowed, { type: 'delete', mode: 'asynchronous', record: { id } })).toThrow(
      expect.objectContaining({ code: 'write-request-invalid' }),
    );
    expect(await world.write(allowed, { type: 'delete', record: { id } })).toMatchObject({
      results: [{ success: true, recordId: id }],
    });
    expect(world.org.count('Account')).toBe(0);
  });

  test('WRITE-27 an upsert twice makes one record, and says which time it was new', async () => {
    const upsert = { type: 'upsert', externalIdField: 'erp_id__c', record: { ERP_Id__c: 'E/1 ü', Name: 'A' } };
    const first = await world.write(accounts, upsert);
    const second = await world.write(accounts, { ...upsert, record: { ...upsert.record, Name: 'B' } });
    expect(first.results[0]).toMatchObject({ success: true, created: true });
    expect(second.results[0]).toMatchObject({ success: true, created: false, recordId: first.results[0]!.recordId! });
    expect(world.org.count('Account')).toBe(1);
    expect(world.stored('Account', first.results[0]!.recordId!, ['Name']).Name).toBe('B');
    const error = await refused(world.write(accounts, { type: 'upsert', record: { ERP_Id__c: ' ', Name: 'C' } }));
    expect(error.code).toBe('write-key-missing');
  });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';
import type { EmulatedOrg, WriteOptions } from '../../../src/providers/salesforce/emulator/org.ts';

let org: EmulatedOrg;
let writer: WriteOptions;

beforeEach(() => {
  org = openEmulatedOrg({ path: ':memory:', now: Date.parse('2026-03-04T12:00:00Z'), frozenClock: true });
  writer = { userId: org.adminUserId, changeOrigin: 'com/salesforce/api/rest/61.0;client=test' };
});
afterEach(() => org.close());

const insert = (object: string, values: Record<string, unknown>, options: Partial<WriteOptions> = {}) =>
  org.commit({ ...writer, ...options }, (t) => t.insert(object, values));
const read = (soql: string, includeDeleted = false) =>
  org.query(soql, { userId: org.adminUserId, apiVersion: '66.0', includeDeleted }).read(0, 200);

test('a validation rule refuses rows for which its formula is true, and may look at the parent', () => {
  org.schema.setValidationRule({
    object: 'Contact',
    name: 'Phone_for_hot_accounts',
    formula: 'AND(ISPICKVAL(Account.Rating, "Hot"), ISBLANK(Phone))',
    message: 'Hot accounts need phones.',
    field: 'Phone',
  });
  const hot = insert('Account', { Name: 'A', Rating: 'Hot' });
  const AccountId = hot.success ? hot.id : '';
  expect(insert('Contact', { LastName: 'x', AccountId })).toEqual({
    success: false,
    status: 400,
    errors: [
      { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Hot accounts need phones.', fields: ['Phone'] },
    ],
  });
  expect(insert('Contact', { LastName: 'x', AccountId, Phone: '1' }).success).toBe(true);
  expect(insert('Contact', { LastName: 'x' }).success).toBe(true);
});

test('a duplicate rule names the records that match, and only warns when it may', () => {
  org.schema.setDuplicateRule({ object: 'Contact', name: 'Same_Email', fields: ['Email'], allowSave: true });
  const first = insert('Contact', { LastName: 'x', Email: 'a@b.cc' });
  const again = insert('Contact', { LastName: 'y', Email: 'A@B.cc' });
  expect(again).toMatchObject({
    success: false,
    errors: [
      {
        statusCode: 'DUPLICATES_DETECTED',
        message: 'Use one of these records?',
        extra: {
          duplicateResut: {
            allowSave: true,
            duplicateRule: 'Same_Email',
            matchResults: [
              {
                size: 1,
                matchRecords: [
                  {
                    record: {
                      Id: first.success && first.id,
                      attributes: { url: `/services/data/v61.0/sobjects/Contact/${first.success && first.id}` },
                    },
                  },
                ],
              },
            ],
          },
        },
      },
    ],
  });
  expect(insert('Contact', { LastName: 'y', Email: 'A@B.cc' }, { allowDuplicates: true }).success).toBe(true);
});

test('a unique external id refuses a second row with the same value', () => {
  insert('Account', { Name: 'A', ERP_Id__c: 'E-1' });
  expect(insert('Account', { Name: 'B', ERP_Id__c: 'e-1' })).toMatchObject({
    errors: [{ statusCode: 'DUPLICATE_VALUE' }],
  });
});

test('a merge moves the children, bins the other record and says where it went', () => {
  const [master, loser] = ['A', 'B'].map((Name) => insert('Account', { Name })).map((r) => (r.success ? r.id : ''));
  insert('Contact', { LastName: 'C', AccountId: loser });
  const result = org.commit(writer, (t) => t.merge('Account', master!, [loser!]));
  expect(result).toMatchObject({ success: true, id: master });
  expect(read('SELECT AccountId FROM Contact')).toMatchObject([{ AccountId: master }]);
  expect(read('SELECT Id, MasterRecordId FROM Account WHERE IsDeleted = true', true)).toMatchObject([
    { Id: loser, MasterRecordId: master },
  ]);
  expect(org.log.read(3, 10).map((e) => `${e.kind} ${e.object}`)).toEqual([
    'UPDATE Contact',
    'DELETE Account',
    'UPDATE Account',
  ]);
});

test('rules and custom fields outlive the process that made them', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/amp-org-');
  const path = `${folder}/org.db`;
  const first = openEmulatedOrg({ path });
  first.schema.createObject({
    name: 'Deal__c',
    label: 'Deal',
    fields: [{ name: 'Size__c', type: 'Number', scale: 2 }],
  });
  first.schema.setValidationRule({ object: 'Deal__c', name: 'Small', formula: 'Size__c > 10', message: 'Too big.' });
  const options = { ...writer, userId: first.adminUserId };
  const created = first.commit(options, (t) => t.insert('Deal__c', { Name: 'D', Size__c: 1.255 }));
  first.close();
  const second = openEmulatedOrg({ path });
  const rows = second.query('SELECT Id, Size__c FROM Deal__c', { userId: second.adminUserId, apiVersion: '66.0' });
  expect(rows.read(0, 10)).toMatchObject([{ Id: created.success && created.id, Size__c: 1.25 }]);
  expect(second.commit(options, (t) => t.insert('Deal__c', { Name: 'E', Size__c: 11 }))).toMatchObject({
    errors: [{ message: 'Too big.' }],
  });
  second.commit(options, (t) => t.insert('Deal__c', { Name: 'F' }));
  const keys = second.log.read(0, 10).map((entry) => entry.transactionKey);
  expect(new Set(keys).size).toBe(2);
  second.close();
  rmSync(folder, { recursive: true });
});

test('fields can be added and taken away while rows exist', () => {
  insert('Contact', { LastName: 'C' });
  org.schema.createField('Contact', { name: 'Shoe__c', type: 'int', label: 'Shoe size' });
  org.commit(writer, (t) => t.update('Contact', read('SELECT Id FROM Contact')[0]!.Id as string, { Shoe__c: 43 }));
  expect(read('SELECT Shoe__c FROM Contact')).toMatchObject([{ Shoe__c: 43 }]);
  org.schema.deleteField('Contact', 'Shoe__c');
  expect(() => read('SELECT Shoe__c FROM Contact')).toThrow("No such column 'Shoe__c' on entity 'Contact'");
});

test('a hidden field is missing from describe, queries and writes of that user alone', () => {
  const other = read("SELECT Id FROM User WHERE Name = 'Ben Berger'")[0]!.Id as string;
  org.schema.setFieldAccess('Contact', 'phone', other, { readable: false, editable: false });
  const fields = (userId: string) =>
    (org.schema.describe('Contact', userId, '66.0') as { fields: { name: string }[] }).fields.map((f) => f.name);
  expect(fields(other)).not.toContain('Phone');
  expect(fields(org.adminUserId)).toContain('Phone');
  expect(() => org.query('SELECT Phone FROM Contact', { userId: other, apiVersion: '66.0' })).toThrow(
    "No such column 'Phone'",
  );
  expect(insert('Contact', { LastName: 'x', Phone: '1' }, { userId: other })).toMatchObject({
    errors: [{ statusCode: 'INVALID_FIELD' }],
  });
});

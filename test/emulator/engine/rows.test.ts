import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';
import type {
  EmulatedOrg,
  QueryOptions,
  RowResult,
  WriteOptions,
} from '../../../src/providers/salesforce/emulator/org.ts';

let org: EmulatedOrg;
let reader: QueryOptions;
let writer: WriteOptions;
const noon = Date.parse('2026-03-04T12:00:00Z');

beforeEach(() => {
  org = openEmulatedOrg({ path: ':memory:', seed: 'empty', now: noon, frozenClock: true });
  reader = { userId: org.adminUserId, apiVersion: '66.0' };
  writer = { userId: org.adminUserId, changeOrigin: 'com/salesforce/api/rest/66.0;client=test' };
});
afterEach(() => org.close());

const insert = (object: string, values: Record<string, unknown>): RowResult =>
  org.commit(writer, (transaction) => transaction.insert(object, values));
const insertId = (object: string, values: Record<string, unknown>): string => {
  const result = insert(object, values);
  if (!result.success) throw new Error(JSON.stringify(result.errors));
  return result.id;
};
const read = (soql: string, options: Partial<QueryOptions> = {}) =>
  org.query(soql, { ...reader, ...options }).read(0, 2000);

describe('writing rows', () => {
  test('a new contact has an 18-character id, whole-second stamps and the caller as owner', () => {
    const id = insertId('Contact', { FirstName: 'Ada', LastName: 'Byron' });
    expect(id).toMatch(/^003[0-9A-Za-z]{15}$/);
    const [row] = read(`SELECT Name, OwnerId, SystemModstamp FROM Contact WHERE Id = '${id.slice(0, 15)}'`);
    expect(row).toMatchObject({
      Name: 'Ada Byron',
      OwnerId: org.adminUserId,
      SystemModstamp: '2026-03-04T12:00:00.000+0000',
    });
  });

  test('0 and null are two values', () => {
    const id = insertId('Account', { Name: 'A' });
    const employees = () => read(`SELECT NumberOfEmployees FROM Account WHERE Id = '${id}'`)[0]!.NumberOfEmployees;
    for (const NumberOfEmployees of [0, null, 0]) {
      org.commit(writer, (transaction) => transaction.update('Account', id, { NumberOfEmployees }));
      expect(employees()).toBe(NumberOfEmployees);
    }
  });

  test.each([
    [{ FirstName: 'Ada' }, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [LastName]', ['LastName']],
    [{ LastName: 'x', Foo: 1 }, 'INVALID_FIELD', "No such column 'Foo' on sobject of type Contact", []],
    [
      { LastName: 'x', MasterRecordId: '003000000000001' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'Unable to create/update fields: MasterRecordId. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
      ['MasterRecordId'],
    ],
    [{ LastName: 'x', Email: '123' }, 'INVALID_EMAIL_ADDRESS', 'Email: invalid email address: 123', ['Email']],
    [
      { LastName: 'x', Language__c: 'Klingon' },
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      'Language: bad value for restricted picklist field: Klingon',
      ['Language__c'],
    ],
    [
      { LastName: 'x', Title: 'y'.repeat(129) },
      'STRING_TOO_LONG',
      `Title: data value too large: ${'y'.repeat(129)} (max length=128)`,
      ['Title'],
    ],
    [
      { LastName: 'x', AccountId: '001Am0000000099IAA' },
      'INVALID_CROSS_REFERENCE_KEY',
      'invalid cross reference id',
      ['AccountId'],
    ],
  ])('%j is refused as %s', (values, statusCode, message, fields) => {
    expect(insert('Contact', values)).toEqual({
      success: false,
      status: 400,
      errors: [{ statusCode, message, fields }],
    });
    expect(org.count('Contact')).toBe(0);
    expect(org.log.lastSequence).toBe(0);
  });

  test('a value of another type tells bulk results what it was', () => {
    const result = insert('Opportunity', { Name: 'x', StageName: 'Prospecting', CloseDate: '2003-04-9876' });
    expect(result).toMatchObject({
      errors: [{ statusCode: 'JSON_PARSER_ERROR', badValue: { text: '2003-04-9876', soapType: 'xsd:date' } }],
    });
  });

  test('an update logs what changed, before and after', () => {
    const id = insertId('Contact', { LastName: 'Byron', Phone: '007' });
    org.clock.advance(5000);
    org.commit(writer, (t) => t.update('Contact', id, { Phone: null, LastName: 'Lovelace' }));
    const entry = org.log.read(1, 10)[0]!;
    expect(entry).toMatchObject({
      kind: 'UPDATE',
      recordId: id,
      changeOrigin: writer.changeOrigin,
      before: { Phone: '007', LastName: 'Byron', Name: 'Byron' },
      after: { Phone: null, LastName: 'Lovelace', Name: 'Lovelace', LastModifiedDate: '2026-03-04T12:00:05.000Z' },
    });
    expect(entry.changedFields.sort()).toEqual(['LastModifiedDate', 'LastName', 'Name', 'Phone']);
    expect(entry.commitNumber).toBeGreaterThan(2n ** 53n);
  });

  test('one commit has one transaction key and commit number, numbered rows', () => {
    org.commit(writer, (t) => [t.insert('Account', { Name: 'A' }), t.insert('Account', { Name: 'B' })]);
    const entries = org.log.read(0, 10);
    expect(new Set(entries.map((e) => e.transactionKey)).size).toBe(1);
    expect(new Set(entries.map((e) => e.commitNumber)).size).toBe(1);
    expect(entries.map((e) => e.sequenceNumber)).toEqual([1, 2]);
  });

  test('work that throws leaves nothing behind, not even in the count', () => {
    expect(() =>
      org.commit(writer, (t) => {
        t.insert('Account', { Name: 'A' });
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(org.count('Account')).toBe(0);
    expect(org.log.lastSequence).toBe(0);
  });

  test('a savepoint that answers false undoes its rows and their log entries', () => {
    org.commit(writer, (t) => {
      t.insert('Account', { Name: 'kept' });
      t.savepoint(() => {
        t.insert('Account', { Name: 'undone' });
        return false;
      });
    });
    expect(read('SELECT Name FROM Account').map((r) => r.Name)).toEqual(['kept']);
    expect(org.log.lastSequence).toBe(1);
    expect(org.count('Account')).toBe(1);
  });
});

describe('upsert', () => {
  test('inserts, then updates the same row, ignoring case', () => {
    const upsert = (key: string, values: Record<string, unknown>) =>
      org.commit(writer, (t) => t.upsert('Contact', 'External_Id__c', key, values));
    const first = upsert('a/B c+d', { LastName: 'One' });
    expect(first).toMatchObject({ success: true, created: true });
    expect(upsert('A/b C+D', { LastName: 'Two' })).toEqual({ ...first, created: false });
    expect(read('SELECT LastName FROM Contact')).toMatchObject([{ LastName: 'Two' }]);
  });

  test('several matches change nothing and name the records', () => {
    const ids = ['x', 'y'].map((Name) =>
      insertId('Opportunity', { Name, StageName: 'Prospecting', CloseDate: '2026-05-01', External_Id__c: 'same' }),
    );
    const result = org.commit(writer, (t) => t.upsert('Opportunity', 'External_Id__c', 'same', { Name: 'z' }));
    expect(result).toMatchObject({ success: false, status: 300, matches: ids });
  });

  test('an unknown field is not found', () => {
    expect(org.commit(writer, (t) => t.upsert('Account', 'Namez', '1', {}))).toMatchObject({
      status: 404,
      errors: [{ message: 'Provided external ID field does not exist or is not accessible: Namez' }],
    });
  });

  test('updateOnly never inserts', () => {
    const result = org.commit(writer, (t) =>
      t.upsert('Account', 'ERP_Id__c', 'none', { Name: 'A' }, { updateOnly: true }),
    );
    expect(result).toMatchObject({ success: false, status: 404 });
  });
});

describe('deleting', () => {
  test('takes the contacts of an account along, and undelete brings them back', () => {
    const account = insertId('Account', { Name: 'A' });
    const contact = insertId('Contact', { LastName: 'C', AccountId: account });
    org.commit(writer, (t) => t.delete('Account', account));
    expect(read('SELECT Id FROM Contact')).toEqual([]);
    expect(read('SELECT Id FROM Contact WHERE IsDeleted = true', { includeDeleted: true })).toHaveLength(1);
    expect(org.commit(writer, (t) => t.delete('Account', account))).toMatchObject({
      status: 404,
      errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted' }],
    });
    org.commit(writer, (t) => t.undelete('Account', account));
    expect(read('SELECT Id FROM Contact').map((r) => r.Id)).toEqual([contact]);
    expect(org.log.read(0, 20).map((e) => e.kind)).toEqual([
      'CREATE',
      'CREATE',
      'DELETE',
      'DELETE',
      'UNDELETE',
      'UNDELETE',
    ]);
  });

  test('for good leaves queryAll too, but getDeleted still tells', () => {
    const id = insertId('Account', { Name: 'A' });
    org.commit(writer, (t) => t.hardDelete('Account', id));
    expect(read('SELECT Id FROM Account', { includeDeleted: true })).toEqual([]);
    org.clock.advance(60_000);
    expect(org.deletedRows('Account', noon - 60_000, noon + 60_000).rows).toEqual([{ id, deletedAt: noon }]);
  });
});

describe('replication windows', () => {
  test('ignore the seconds of both ends and cover whole minutes', () => {
    const id = insertId('Account', { Name: 'A' });
    org.clock.advance(90_000);
    expect(org.updatedIds('Account', noon + 30_000, noon + 60_000)).toEqual({
      ids: [id],
      latestDateCovered: noon + 60_000,
    });
    expect(() => org.updatedIds('Account', noon - 31 * 86_400_000, noon)).toThrow(
      'startDate before org replication enabled date',
    );
  });
});

describe('retrieve', () => {
  test('answers every readable field, or only those asked for', () => {
    const id = insertId('Contact', { LastName: 'C', MailingCity: 'Berlin' });
    const whole = org.retrieve('Contact', { id }, undefined, reader);
    expect(whole).toMatchObject({ LastName: 'C', MailingAddress: { city: 'Berlin', street: null } });
    expect(org.retrieve('contact', { id: id.slice(0, 15) }, ['lastname'], reader)).toEqual({
      attributes: { type: 'Contact', url: `/services/data/v66.0/sobjects/Contact/${id}` },
      LastName: 'C',
      Id: id,
    });
  });

  test('tells a missing row from an id of another object', () => {
    expect(() => org.retrieve('Account', { id: '001Am0000000099IAA' }, undefined, reader)).toThrow(
      'The requested resource does not exist',
    );
    expect(() => org.retrieve('Account', { id: '003Am0000000001IAA' }, undefined, reader)).toThrow(
      'Account ID: id value of incorrect type: 003Am0000000001IAA',
    );
  });
});

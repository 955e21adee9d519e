import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';
import type { EmulatedOrg, RowResult, WriteOptions } from '../../../src/providers/salesforce/emulator/org.ts';

let org: EmulatedOrg;
let user: WriteOptions;
beforeEach(() => {
  org = openEmulatedOrg({ path: ':memory:', now: Date.parse('2026-03-04T12:00:00Z'), frozenClock: true });
  user = { userId: org.adminUserId, changeOrigin: '' };
});
afterEach(() => org.close());

const idOf = (result: RowResult): string => {
  if (!result.success) throw new Error(JSON.stringify(result.errors));
  return result.id;
};
const insert = (object: string, values: Record<string, unknown>) => org.commit(user, (t) => t.insert(object, values));
const update = (object: string, id: string, values: Record<string, unknown>) =>
  org.commit(user, (t) => t.update(object, id, values));
const read = (object: string, id: string, fields: string[]) =>
  org.retrieve(object, { id }, fields, { userId: org.adminUserId, apiVersion: '66.0' });

describe('the platform fills in', () => {
  test('what a stage means, and when it changed', () => {
    const id = idOf(
      insert('Opportunity', { Name: 'x', StageName: 'Needs Analysis', Amount: 200, CloseDate: '2026-05-10' }),
    );
    const fields = [
      'Probability',
      'ExpectedRevenue',
      'IsClosed',
      'IsWon',
      'ForecastCategory',
      'Fiscal',
      'LastStageChangeDate',
    ];
    expect(read('Opportunity', id, fields)).toMatchObject({
      Probability: 20,
      ExpectedRevenue: 40,
      IsClosed: false,
      ForecastCategory: 'Pipeline',
      Fiscal: '2026 2',
      LastStageChangeDate: null,
    });
    update('Opportunity', id, { StageName: 'Closed Won' });
    expect(read('Opportunity', id, fields)).toMatchObject({
      Probability: 100,
      ExpectedRevenue: 200,
      IsClosed: true,
      IsWon: true,
      ForecastCategory: 'Closed',
      LastStageChangeDate: '2026-03-04T12:00:00.000+0000',
    });
  });

  test('the number of a case, and when it was closed', () => {
    const first = idOf(insert('Case', { Subject: 'a' }));
    expect(read('Case', first, ['CaseNumber', 'Status', 'Priority', 'IsClosed'])).toMatchObject({
      CaseNumber: '00000001',
      Status: 'New',
      Priority: 'Medium',
      IsClosed: false,
    });
    update('Case', first, { Status: 'Closed' });
    expect(read('Case', first, ['IsClosed', 'ClosedDate'])).toMatchObject({
      IsClosed: true,
      ClosedDate: '2026-03-04T12:00:00.000+0000',
    });
    update('Case', first, { Status: 'Working' });
    expect(read('Case', first, ['IsClosed', 'ClosedDate'])).toMatchObject({ IsClosed: false, ClosedDate: null });
  });

  test('the end of an event from its length, and its length from its end', () => {
    const id = idOf(insert('Event', { Subject: 'Call', StartDateTime: '2026-03-05T09:00:00Z', DurationInMinutes: 45 }));
    expect(read('Event', id, ['EndDateTime', 'ActivityDate'])).toMatchObject({
      EndDateTime: '2026-03-05T09:45:00.000+0000',
      ActivityDate: '2026-03-05',
    });
    update('Event', id, { EndDateTime: '2026-03-05T11:00:00Z' });
    expect(read('Event', id, ['DurationInMinutes'])).toMatchObject({ DurationInMinutes: 120 });
  });

  test('that a task is done, and a line item’s total', () => {
    const task = idOf(insert('Task', { Subject: 'x', Status: 'Completed', Priority: 'High' }));
    expect(read('Task', task, ['IsClosed', 'IsHighPriority', 'CompletedDateTime'])).toMatchObject({
      IsClosed: true,
      IsHighPriority: true,
      CompletedDateTime: '2026-03-04T12:00:00.000+0000',
    });
    const deal = idOf(insert('Opportunity', { Name: 'x', StageName: 'Prospecting', CloseDate: '2026-05-10' }));
    const item = idOf(insert('OpportunityLineItem', { OpportunityId: deal, Quantity: 3, UnitPrice: 2.5 }));
    expect(read('OpportunityLineItem', item, ['TotalPrice'])).toMatchObject({ TotalPrice: 7.5 });
  });

  test('the default record type, and the id as name of a nameless custom record', () => {
    const account = idOf(insert('Account', { Name: 'A' }));
    expect(read('Account', account, ['RecordType.DeveloperName'])).toMatchObject({
      RecordType: { DeveloperName: 'Business' },
    });
    org.schema.createObject({ name: 'Thing__c' });
    const thing = idOf(insert('Thing__c', {}));
    expect(read('Thing__c', thing, ['Name'])).toMatchObject({ Name: thing });
  });
});

describe('values as callers send them', () => {
  test.each([
    ['Touchpoint__c', 'Occurred_At__c', '2026-03-04T12:30:15.999+02:00', '2026-03-04T10:30:15.000+0000'],
    ['Touchpoint__c', 'Occurred_At__c', '2026-03-04T12:30:15+0000', '2026-03-04T12:30:15.000+0000'],
    ['Touchpoint__c', 'Occurred_At__c', '2026-03-04', '2026-03-04T00:00:00.000+0000'],
    ['Touchpoint__c', 'Follow_Up__c', '2026-03-04', '2026-03-04'],
    ['Touchpoint__c', 'Best_Time__c', '09:30', '09:30:00.000Z'],
    ['Touchpoint__c', 'Weight__c', '1.23456', 1.2346],
    ['Touchpoint__c', 'Weight__c', '1E2', 100],
    ['Touchpoint__c', 'Is_Inbound__c', 'TRUE', true],
    ['Touchpoint__c', 'Is_Inbound__c', null, false],
    ['Touchpoint__c', 'Channel__c', 'email', 'Email'],
    ['Touchpoint__c', 'Topics__c', 'Renewal;pricing;Renewal', 'Pricing;Renewal'],
    ['Touchpoint__c', 'Link__c', '', null],
    ['Touchpoint__c', 'Link__c', '  https://x.example  ', 'https://x.example'],
    ['Touchpoint__c', 'Transcript__c', 'a\r\nb', 'a\nb'],
    ['Account', 'NumberOfEmployees', '42', 42],
    ['Account', 'AnnualRevenue', 9_007_199_254_740_993n, 9_007_199_254_740_993n],
    ['Account', 'AnnualRevenue', '9007199254740993', 9_007_199_254_740_993n],
  ])('%s.%s %s is kept as %s', (object, field, given, kept) => {
    const id = idOf(insert(object, { ...(object === 'Account' && { Name: 'A' }), [field]: given }));
    expect(read(object, id, [field])[field]).toEqual(kept);
  });

  test.each([
    ['Touchpoint__c', 'Follow_Up__c', '2026-02-30', 'JSON_PARSER_ERROR'],
    ['Touchpoint__c', 'Occurred_At__c', 'yesterday', 'JSON_PARSER_ERROR'],
    ['Touchpoint__c', 'Best_Time__c', '25:00', 'JSON_PARSER_ERROR'],
    ['Touchpoint__c', 'Weight__c', 'heavy', 'JSON_PARSER_ERROR'],
    ['Touchpoint__c', 'Is_Inbound__c', 'perhaps', 'JSON_PARSER_ERROR'],
    ['Touchpoint__c', 'Link__c', { a: 1 }, 'JSON_PARSER_ERROR'],
    ['Touchpoint__c', 'Confidence__c', 12_345, 'NUMBER_OUTSIDE_VALID_RANGE'],
    ['Touchpoint__c', 'Contact__c', '123', 'MALFORMED_ID'],
    ['Touchpoint__c', 'Contact__c', '001Am0000000001IAA', 'FIELD_INTEGRITY_EXCEPTION'],
    ['Touchpoint__c', 'Name', 'own name', 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    ['Touchpoint__c', 'Place__c', {}, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    ['Account', 'NumberOfEmployees', 1.5, 'JSON_PARSER_ERROR'],
    ['Account', 'Id', '001Am0000000001IAA', 'INVALID_FIELD_FOR_INSERT_UPDATE'],
  ])('%s.%s %j is refused as %s', (object, field, given, statusCode) => {
    const result = insert(object, { ...(object === 'Account' && { Name: 'A' }), [field]: given });
    expect(result).toMatchObject({ success: false, errors: [{ statusCode }] });
  });

  test('every field that may not be written is named at once', () => {
    const result = insert('Contact', { LastName: 'x', Name: 'n', CreatedById: org.adminUserId, MailingAddress: {} });
    expect(result).toMatchObject({ errors: [{ fields: ['Name', 'CreatedById', 'MailingAddress'] }] });
  });

  test('a parent may be given by external id, and an unknown one is refused', () => {
    const account = idOf(insert('Account', { Name: 'A', ERP_Id__c: 'E-9' }));
    const contact = idOf(insert('Contact', { LastName: 'x', Account: { ERP_Id__c: 'e-9' } }));
    expect(read('Contact', contact, ['AccountId'])).toMatchObject({ AccountId: account });
    expect(insert('Contact', { LastName: 'x', Account: { ERP_Id__c: 'none' } })).toMatchObject({ success: false });
  });

  test('15-character ids of any lookup come out with 18', () => {
    const account = idOf(insert('Account', { Name: 'A' }));
    const contact = idOf(insert('Contact', { LastName: 'x', AccountId: account.slice(0, 15) }));
    expect(read('Contact', contact, ['AccountId'])).toMatchObject({ AccountId: account });
  });
});

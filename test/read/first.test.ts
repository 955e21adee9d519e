import { expect, test } from 'vitest';
import { readObject, startReadWorld } from './read-world.ts';

test('REST and Bulk give the same lines', async () => {
  const world = await startReadWorld({ records: { Contact: 300, Account: 20 } });
  const object = readObject('contact', [
    'Id',
    'LastName',
    'Phone',
    ['Email', 'mail'],
    ["$['Owner']['Name']", 'owner'],
    ["$['Account']['Name']", "$['account']['name']"],
    'MailingAddress',
    'Birthdate',
    'Score__c',
    'Notes__c',
    'CreatedDate',
    'Description',
  ]);
  const byId = (a: { raw: Record<string, unknown> }, b: { raw: Record<string, unknown> }) =>
    String(a.raw.Id).localeCompare(String(b.raw.Id));
  const rest = await world.read({ object, api: 'rest', readType: 'backfill', period: { full: true } });
  const bulk = await world.read({ object, api: 'bulk', readType: 'backfill', period: { full: true } });
  expect(rest.lines.length).toBe(300);
  expect(bulk.lines.sort(byId)).toEqual(rest.lines.sort(byId));
  await world.stop();
});

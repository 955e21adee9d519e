import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { idOfRow, toId18 } from '../../../src/providers/salesforce/emulator/ids.ts';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';

const now = Date.parse('2026-03-04T12:00:00Z');
const read = (org: ReturnType<typeof openEmulatedOrg>, soql: string) =>
  org.query(soql, { userId: org.adminUserId, apiVersion: '66.0' });

const digest = (randomSeed: number) => {
  const org = openEmulatedOrg({ path: ':memory:', seed: 'crm', now, randomSeed });
  const hash = createHash('sha256');
  for (const object of ['Account', 'Contact', 'Opportunity', 'Case', 'Task', 'Touchpoint__c']) {
    const cursor = org.query(`SELECT FIELDS(STANDARD) FROM ${object}`, { userId: org.adminUserId, apiVersion: '66.0' });
    for (let at = 0; at < cursor.totalSize; at += 2000) hash.update(cursor.json(at, 2000));
  }
  org.close();
  return hash.digest('hex');
};

test('the same seed gives the same org, another seed another', () => {
  const first = digest(7);
  expect(digest(7)).toBe(first);
  expect(digest(8)).not.toBe(first);
});

test('crm has thousands of related rows whose lookups all lead somewhere', () => {
  const org = openEmulatedOrg({ path: ':memory:', seed: 'crm', now });
  expect(org.count('Contact')).toBe(10_000);
  expect(org.count('Account')).toBe(1000);
  for (const { object, lookup, parent } of [
    { object: 'Contact', lookup: 'AccountId', parent: 'Account.Name' },
    { object: 'Opportunity', lookup: 'AccountId', parent: 'Account.Name' },
    { object: 'OpportunityLineItem', lookup: 'OpportunityId', parent: 'Opportunity.Name' },
    { object: 'OpportunityLineItem', lookup: 'Product2Id', parent: 'Product2.Name' },
    { object: 'OpportunityContactRole', lookup: 'ContactId', parent: 'Contact.Name' },
    { object: 'Case', lookup: 'ContactId', parent: 'Contact.Name' },
    { object: 'Task', lookup: 'WhoId', parent: 'Who.Name' },
    { object: 'Task', lookup: 'WhatId', parent: 'What.Name' },
    { object: 'Touchpoint__c', lookup: 'Contact__c', parent: 'Contact__r.Name' },
    { object: 'Contact', lookup: 'OwnerId', parent: 'Owner.Name' },
  ]) {
    const dangling = read(org, `SELECT COUNT() FROM ${object} WHERE ${lookup} != null AND ${parent} = null`).totalSize;
    expect(dangling, `${object}.${lookup}`).toBe(0);
    expect(read(org, `SELECT COUNT() FROM ${object} WHERE ${lookup} != null`).totalSize).toBeGreaterThan(100);
  }
  org.close();
});

test('stamps are whole seconds, never in the future, and thousands share theirs with others', () => {
  const org = openEmulatedOrg({ path: ':memory:', seed: 'crm', now });
  const stamps = read(org, 'SELECT SystemModstamp, CreatedDate FROM Contact');
  const all = Array.from({ length: 5 }, (_, i) => stamps.read(i * 2000, 2000)).flat();
  expect(all.every((row) => String(row.SystemModstamp).endsWith('.000+0000'))).toBe(true);
  expect(all.every((row) => Date.parse(String(row.SystemModstamp)) <= now)).toBe(true);
  expect(all.every((row) => String(row.CreatedDate) <= String(row.SystemModstamp))).toBe(true);
  expect(new Set(all.map((row) => row.SystemModstamp)).size).toBeLessThan(7000);
  org.close();
});

test('counts can be asked for by name in any case', () => {
  const org = openEmulatedOrg({ path: ':memory:', records: { contact: 123, touchpoint__C: 4 } });
  expect([org.count('Contact'), org.count('Touchpoint__c'), org.count('Account')]).toEqual([123, 4, 0]);
  org.close();
});

test('seeded ids are those the org would have given, and new ones go on after them', () => {
  const org = openEmulatedOrg({ path: ':memory:', records: { Contact: 5000 } });
  const last = read(org, 'SELECT Id FROM Contact ORDER BY Id DESC LIMIT 1').read(0, 1)[0]!.Id;
  expect(last).toBe(idOfRow('003', 5000));
  const next = org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => t.insert('Contact', { LastName: 'x' }));
  expect(next).toMatchObject({ success: true, id: idOfRow('003', 5001) });
  org.close();
});

test.each([
  ['001ak00000OQTie', '001ak00000OQTieAAH'],
  ['01gRO0000016PIA', '01gRO0000016PIAYA2'],
  ['750R0000000zlh9', '750R0000000zlh9IAA'],
  ['000000000000000', '000000000000000AAA'],
  ['001AK00000OQTIEaah', '001ak00000OQTieAAH'],
  ['001ak00000OQTi', undefined],
  ['001ak00000OQTie!!!', undefined],
])('the id %s is %s', (id, id18) => {
  expect(toId18(id)).toBe(id18);
});

test('archived tasks are there for queryAll alone', () => {
  const org = openEmulatedOrg({ path: ':memory:', records: { Task: 200 } });
  const options = { userId: org.adminUserId, apiVersion: '66.0' };
  expect(read(org, 'SELECT Id FROM Task').totalSize).toBe(196);
  const all = org.query('SELECT Id FROM Task WHERE IsArchived = true', { ...options, includeDeleted: true });
  expect(all.totalSize).toBe(4);
  org.close();
});

import { describe, expect, test } from 'vitest';
import { objectsNamed, objectsReached } from '../../src/manifest/org-objects.ts';
import type { OrgField, OrgObject, OrgSchema } from '../../src/manifest/org-schema.ts';
import { check, findings } from './fixture.ts';

const field = (name: string, more: Partial<OrgField> = {}): [string, OrgField] => [
  name.toLowerCase(),
  { name, type: 'string', createable: true, updateable: true, nillable: true, ...more },
];

const object = (name: string, more: Partial<OrgObject> = {}): [string, OrgObject] => [
  name.toLowerCase(),
  { name, queryable: true, createable: true, updateable: true, watchable: true, ...more },
];

/** A small org: accounts owned by users, a log that only Bulk knows, a feed without change events. */
const org: OrgSchema = {
  label: 'acme',
  objects: new Map([
    object('Account', {
      fields: new Map([
        field('Name'),
        field('Phone'),
        field('Score__c', { createable: false, updateable: false }),
        field('BillingAddress', { type: 'address', components: new Map([['city', 'BillingCity']]) }),
        field('OwnerId', { type: 'reference' }),
      ]),
      relationships: new Map([['owner', ['User']]]),
    }),
    object('User', { fields: new Map([field('Email')]), relationships: new Map() }),
    object('AccountFeed', { watchable: false, fields: new Map([field('Body')]), relationships: new Map() }),
    object('LoginEvent', { queryable: false, createable: false, updateable: false }),
    object('Wide__c', {
      fields: new Map(Array.from({ length: 600 }, (_, index) => field(`Some_Long_Field_Name_${index}__c`))),
    }),
  ]),
};

function reading(objectName: string, lines: string, more = ''): string {
  return `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: ${objectName}
          destination: events
          schedule: "*/15 * * * *"
${lines.replace(/^(?=.)/gm, '          ')}${more.replace(/^(?=.)/gm, '    ')}`;
}

const fields = (...names: string[]) => `requiredFields:\n${names.map((name) => `  - fieldName: ${name}\n`).join('')}`;
const found = (text: string, code: string) => check(text, { org }).diagnostics.filter((one) => one.code === code);

describe('a manifest against an org', () => {
  test('MAN-49 an object the org lacks is an error, with the nearest one suggested', () => {
    const text = reading('acount', fields('name'));
    expect(findings(text, { org })).toEqual(['7:23 error object-exists']);
    expect(found(text, 'object-exists')[0]?.hint).toBe('Did you mean "account"?');
  });

  test('MAN-57 a missing field, default or watch name is named with its object and both causes', () => {
    const subscribe = `subscribe:
  objects:
    - objectName: account
      destination: events
      inheritFieldsAndMapping: true
      updateEvent: {enabled: always, requiredWatchFields: [phone, tier, fax]}
`;
    const text = reading(
      'account',
      `${fields('name', 'industry')}  - mapToName: tier\n    default: Rating\n`,
      subscribe,
    );
    expect(found(text, 'field-exists').map((one) => one.message)).toEqual([
      'Account has no field "industry" for this user (required field).',
      'Account has no field "Rating" for this user (default).',
      'Account has no field "fax" for this user (watch name).',
    ]);
    for (const one of found(text, 'field-exists')) expect(one.hint).toMatch(/name, then field-level security/);
  });

  test('MAN-58 names that differ only in case pass', () => {
    const text = reading('ACCOUNT', fields('NAME', "$['billingaddress']['CITY']", "$['OWNER']['email']"));
    expect(findings(text, { org })).toEqual([]);
  });

  test('a path whose steps lead nowhere is told, step by step', () => {
    const text = reading(
      'account',
      fields("$['Owner']['Emial']", "$['BillingAddress']['town']", "$['Parent']['Name']"),
    );
    expect(found(text, 'field-path-exists').map((one) => /"(\w+)"/.exec(one.message)?.[1])).toEqual([
      'Emial',
      'town',
      'Parent',
    ]);
  });

  test('objects that cannot be queried, written or watched', () => {
    const write = 'write:\n  objects:\n    - objectName: LoginEvent\n';
    expect(findings(reading('LoginEvent', fields('id'), write), { org })).toEqual([
      '7:23 error object-queryable',
      '14:23 warning object-writable',
    ]);
    const subscribe =
      'subscribe:\n  objects:\n    - {objectName: AccountFeed, destination: events, otherEvents: [UNDELETE]}\n';
    expect(findings(reading('AccountFeed', fields('body'), subscribe), { org })).toEqual([
      '14:24 warning object-watchable',
    ]);
  });

  test('a mapped formula cannot be written back', () => {
    const text = reading(
      'account',
      'requiredFields:\n  - {fieldName: score__c, mapToName: score}\n  - {fieldName: name, mapToName: title}\n',
      'write: {objects: [{objectName: account, inheritMapping: true}]}\n',
    );
    expect(found(text, 'field-writable').map((one) => one.message)).toEqual([
      'Account.Score__c cannot be written by this user.',
    ]);
  });

  test('every field of a very wide object is pointed out', () => {
    expect(found(reading('Wide__c', 'optionalFieldsAuto: all\n'), 'wide-select')).toHaveLength(1);
    expect(found(reading('Account', 'optionalFieldsAuto: all\n'), 'wide-select')).toHaveLength(0);
  });

  test('what has to be described: the objects named, then those that paths lead to', () => {
    const { draft } = check(reading('Account', fields("$['Owner']['Email']")));
    expect(objectsNamed(draft)).toEqual(['account']);
    const user = object('User');
    expect(objectsReached(draft, { ...org, objects: new Map([...org.objects, user]) })).toEqual(['user']);
    expect(objectsReached(draft, org)).toEqual([]);
  });
});

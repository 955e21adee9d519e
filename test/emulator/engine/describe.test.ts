import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';

type Json = Record<string, unknown>;

const org = openEmulatedOrg({ path: ':memory:' });
afterAll(() => org.close());

const describeGlobal = () => org.schema.describeGlobal(org.adminUserId, '66.0') as { sobjects: Json[] } & Json;
const names = describeGlobal().sobjects.map((entry) => String(entry.name));
const describeObject = (name: string, version = '66.0') => org.schema.describe(name, org.adminUserId, version) as Json;
const fieldsOf = (name: string) => describeObject(name).fields as Json[];

const readLines = (file: string) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text.slice(text.indexOf('\n\n') + 2);
};

/** `object key:kind|kind …`, continued on indented lines. */
const shapes = new Map(
  readLines('./describe-shapes.txt')
    .replaceAll(/\n {2}/g, ' ')
    .trim()
    .split('\n')
    .map((line) => {
      const [name, ...keys] = line.split(' ');
      return [name!, new Map(keys.map((key) => key.split(':') as [string, string]))] as const;
    }),
);

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

function checkShape(name: string, value: Json, ignored: string[] = []): void {
  const shape = shapes.get(name)!;
  const keys = Object.keys(value).filter((key) => !ignored.includes(key));
  expect(keys.sort(), name).toEqual([...shape.keys()].sort());
  for (const key of keys) {
    const kinds = shape.get(key)!.split('|');
    if (kinds.join() !== 'null') expect(kinds, `${name}.${key}`).toContain(kindOf(value[key]));
  }
}

describe('the describe of', () => {
  test('the whole org has the platform’s keys and kinds', () => {
    checkShape('global', describeGlobal());
    for (const entry of describeGlobal().sobjects) checkShape('globalEntry', entry);
    expect(names).toContain('Touchpoint__c');
  });

  test.each(names)('%s has the platform’s keys and kinds at every level', (name) => {
    const object = describeObject(name);
    checkShape('object', object, ['urls']);
    for (const field of object.fields as Json[]) {
      checkShape('field', field);
      for (const value of field.picklistValues as Json[]) checkShape('picklistValue', value);
    }
    for (const child of object.childRelationships as Json[]) checkShape('childRelationship', child);
    for (const info of object.recordTypeInfos as Json[]) checkShape('recordTypeInfo', info);
    for (const scope of object.supportedScopes as Json[]) checkShape('supportedScope', scope);
  });

  test('version 48 lacks the three keys that came later', () => {
    const later = Object.keys(describeObject('Account')).filter((key) => !(key in describeObject('Account', '48.0')));
    expect(later.sort()).toEqual(['associateEntityType', 'associateParentEntity', 'sobjectDescribeOption']);
  });

  test('every URL names the version it was asked with', () => {
    const urls = Object.values(describeObject('Account', '52.0').urls as Record<string, string>);
    expect(urls.filter((url) => url.includes('/data/')).every((url) => url.startsWith('/services/data/v52.0/'))).toBe(
      true,
    );
  });
});

const flags: Record<string, string> = {
  nillable: 'n',
  createable: 'c',
  updateable: 'u',
  defaultedOnCreate: 'd',
  filterable: 'f',
  groupable: 'g',
  sortable: 's',
  aggregatable: 'a',
  permissionable: 'p',
  idLookup: 'i',
  nameField: 'N',
  autoNumber: '#',
  restrictedPicklist: 'r',
  queryByDistance: 'q',
  searchPrefilterable: 'x',
  namePointing: 'm',
};

function fieldLine(object: string, field: Json): string {
  const set = Object.entries(flags).flatMap(([key, letter]) => (field[key] === true ? [letter] : []));
  return [
    `${object}.${field.name}`,
    ...[field.type, field.soapType, field.length, field.precision, field.scale, field.digits],
    set.join('') || '-',
    ...[field.compoundFieldName, field.extraTypeInfo, field.relationshipName].map((value) => value ?? '-'),
  ].join(' ');
}

const recorded = readLines('./standard-fields.txt').trim().split('\n');

describe('the standard fields of', () => {
  test.each([...new Set(recorded.map((line) => line.split('.')[0]!))])(
    '%s are described as real orgs describe them',
    (object) => {
      const own = new Map(fieldsOf(object).map((field) => [String(field.name), fieldLine(object, field)]));
      const wanted = recorded.filter((line) => line.startsWith(`${object}.`));
      expect(wanted.map((line) => own.get(/\.(\w+) /.exec(line)![1]!) ?? `${line.split(' ')[0]} is missing`)).toEqual(
        wanted,
      );
    },
  );
});

test('what is required on create is createable, not nillable and not defaulted', () => {
  const required = fieldsOf('Opportunity').filter((f) => f.createable && !f.nillable && !f.defaultedOnCreate);
  expect(required.map((f) => f.name)).toEqual(['Name', 'StageName', 'CloseDate']);
});

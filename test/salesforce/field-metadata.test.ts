import { expect, test } from 'vitest';
import { toFieldMetadata } from '../../src/providers/salesforce/describe/field-metadata.ts';
import { findField, parseObjectSchema } from '../../src/providers/salesforce/describe/object-schema.ts';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';

function contact() {
  const org = openEmulatedOrg({ path: ':memory:', seed: 'empty' });
  org.schema.createField('Contact', {
    name: 'Tier__c',
    label: 'Tier',
    type: 'picklist',
    picklistValues: ['gold', 'silver'],
    required: true,
  });
  org.schema.createField('Contact', { name: 'Number__c', type: 'AutoNumber' });
  const object = parseObjectSchema(org.schema.describe('Contact', org.adminUserId, '66.0'));
  org.close();
  return (name: string) => toFieldMetadata(findField(object, name)!);
}

test('a field in the words of the hosted platform: type, access, values and targets', () => {
  const field = contact();
  expect(field('Tier__c')).toEqual({
    fieldName: 'tier__c',
    displayName: 'Tier',
    valueType: 'singleSelect',
    providerType: 'picklist',
    readOnly: false,
    isCustom: true,
    isRequired: true,
    values: [
      { value: 'gold', displayValue: 'gold' },
      { value: 'silver', displayValue: 'silver' },
    ],
  });
  expect(field('AccountId')).toMatchObject({ valueType: 'reference', referenceTo: ['Account'], isCustom: false });
  expect(field('Number__c')).toMatchObject({ readOnly: true, isRequired: false });
  expect(field('LastName')).toMatchObject({ valueType: 'string', isRequired: true });
  expect(field('CreatedDate')).toMatchObject({ valueType: 'datetime', readOnly: true });
  expect(field('MailingAddress')).toMatchObject({ valueType: 'other', providerType: 'address' });
  expect(field('IsDeleted')).toMatchObject({ valueType: 'boolean' });
});

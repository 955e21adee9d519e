import {
  checkbox,
  currency,
  date,
  datetime,
  decimal,
  field,
  longText,
  lookup,
  picklist,
  picklistValues,
  readOnly,
  text,
} from '../field.ts';
import { auditFields, id, isDeleted, lastActivity, owner } from '../field-groups.ts';
import { defineObject } from '../object.ts';

/** The custom object every seeded org has: one field of each kind that custom fields come in. */
export const touchpoint = defineObject(
  { name: 'Touchpoint__c', label: 'Touchpoint', labelPlural: 'Touchpoints', keyPrefix: 'a00' },
  { feedEnabled: false },
  [
    id('Record ID'),
    owner('Group|User'),
    isDeleted(),
    text('Name', 'Touchpoint Number', 80, {
      ...readOnly,
      nillable: false,
      defaultedOnCreate: true,
      nameField: true,
      idLookup: true,
      autoNumber: true,
      displayFormat: 'TP-{000000}',
      indexed: true,
    }),
    ...auditFields(),
    lastActivity(),
    lookup('Contact__c', 'Contact', 'Contact', 'Contact__r', 'Touchpoints__r', { cascadeDelete: true }),
    lookup('Account__c', 'Account', 'Account', 'Account__r', 'Touchpoints__r'),
    picklist('Channel__c', 'Channel', 'Email|Phone|Web|Event|Chat', { length: 255, restrictedPicklist: true }),
    field('multipicklist', 'Topics__c', 'Topics', {
      picklist: picklistValues('Pricing|Support|Onboarding|Renewal'),
    }),
    datetime('Occurred_At__c', 'Occurred At', { indexed: true }),
    date('Follow_Up__c', 'Follow Up'),
    field('time', 'Best_Time__c', 'Best Time'),
    decimal('Weight__c', 'Weight', 18, 4),
    currency('Cost__c', 'Cost', 2),
    field('percent', 'Confidence__c', 'Confidence', { precision: 5, scale: 2 }),
    checkbox('Is_Inbound__c', 'Is Inbound'),
    field('url', 'Link__c', 'Link'),
    longText('Transcript__c', 'Transcript', 131_072),
    decimal('Place__Latitude__s', 'Place (Latitude)', 18, 15, { compoundFieldName: 'Place__c', custom: true }),
    decimal('Place__Longitude__s', 'Place (Longitude)', 18, 15, { compoundFieldName: 'Place__c', custom: true }),
    field('location', 'Place__c', 'Place'),
    text('External_Id__c', 'External Id', 64, {
      externalId: true,
      unique: true,
      caseSensitive: true,
      idLookup: true,
      indexed: true,
    }),
  ],
);

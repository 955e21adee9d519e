import { datetime, lookup, picklist, readOnly, text } from '../field.ts';
import { id, isDeleted } from '../field-groups.ts';
import { defineObject } from '../object.ts';

/** Changes of an account's tracked fields, written by the platform. It has no other stamp than CreatedDate, and emits no event. */
export const accountHistory = defineObject(
  { name: 'AccountHistory', label: 'Account History', labelPlural: 'Account History', keyPrefix: '017' },
  {
    createable: false,
    updateable: false,
    deletable: false,
    undeletable: false,
    feedEnabled: false,
    layoutable: false,
    searchable: false,
    searchLayoutable: false,
    triggerable: false,
    mruEnabled: false,
    listViews: false,
  },
  [
    id('Account History ID'),
    isDeleted(),
    lookup('AccountId', 'Account ID', 'Account', 'Account', 'Histories', { ...readOnly, nillable: false }),
    lookup('CreatedById', 'Created By ID', 'User', 'CreatedBy', null, { ...readOnly, nillable: false }),
    datetime('CreatedDate', 'Created Date', { ...readOnly, nillable: false }),
    picklist('Field', 'Changed Field', 'Name|Industry|Phone|AnnualRevenue', {
      ...readOnly,
      length: 255,
      nillable: false,
      restrictedPicklist: true,
    }),
    picklist('DataType', 'Datatype', 'Text|Enum|Phone|Currency', {
      ...readOnly,
      length: 255,
      restrictedPicklist: true,
    }),
    text('OldValue', 'Old Value', 255, readOnly),
    text('NewValue', 'New Value', 255, readOnly),
  ],
);

import { checkbox, datetime, field, longText, lookup, phone, picklist, readOnly, text } from '../field.ts';
import { auditFields, id, isDeleted, owner, viewed } from '../field-groups.ts';
import { defineObject } from '../object.ts';

/** Case; `case` is a reserved word. */
export const supportCase = defineObject(
  { name: 'Case', label: 'Case', labelPlural: 'Cases', keyPrefix: '500' },
  { moreUrls: { caseArticleSuggestions: 'suggestedArticles', caseRowArticleSuggestions: '{ID}/suggestedArticles' } },
  [
    id('Case ID'),
    isDeleted(),
    lookup('MasterRecordId', 'Master Record ID', 'Case', 'MasterRecord', null, readOnly),
    text('CaseNumber', 'Case Number', 30, {
      ...readOnly,
      nillable: false,
      defaultedOnCreate: true,
      idLookup: true,
      nameField: true,
      autoNumber: true,
      displayFormat: '{00000000}',
      groupable: false,
      indexed: true,
    }),
    lookup('ContactId', 'Contact ID', 'Contact', 'Contact', 'Cases'),
    lookup('AccountId', 'Account ID', 'Account', 'Account', 'Cases'),
    lookup('ParentId', 'Parent Case ID', 'Case', 'Parent', 'Cases'),
    text('SuppliedName', 'Name', 80),
    field('email', 'SuppliedEmail', 'Email Address'),
    text('SuppliedPhone', 'Phone', 40),
    text('SuppliedCompany', 'Company', 80),
    picklist('Type', 'Case Type', 'Mechanical|Electrical|Electronic|Structural|Other'),
    picklist('Status', 'Status', '*New|Working|Escalated|Closed', { defaultedOnCreate: true, permissionable: false }),
    picklist(
      'Reason',
      'Case Reason',
      'Installation|Equipment Complexity|Performance|Breakdown|Equipment Design|Feedback|Other',
    ),
    picklist('Origin', 'Case Origin', 'Phone|Email|Web'),
    text('Subject', 'Subject', 255),
    picklist('Priority', 'Priority', 'High|*Medium|Low', { defaultedOnCreate: true }),
    longText('Description', 'Description'),
    checkbox('IsClosed', 'Closed', readOnly),
    datetime('ClosedDate', 'Closed Date', { createable: false, updateable: false }),
    checkbox('IsEscalated', 'Escalated'),
    owner('Group|User'),
    ...auditFields(),
    phone('ContactPhone', 'Contact Phone', { ...readOnly, formula: 'Contact.Phone' }),
    phone('ContactMobile', 'Contact Mobile', { ...readOnly, formula: 'Contact.MobilePhone' }),
    field('email', 'ContactEmail', 'Contact Email', { ...readOnly, formula: 'Contact.Email' }),
    phone('ContactFax', 'Contact Fax', { ...readOnly, formula: 'Contact.Fax' }),
    longText('Comments', 'Internal Comments', 4000, { permissionable: false, filterable: false, groupable: false }),
    ...viewed(),
  ],
);

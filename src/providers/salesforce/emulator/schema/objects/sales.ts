import type { FieldOptions } from '../field.ts';
import {
  checkbox,
  currency,
  date,
  decimal,
  field,
  integer,
  longText,
  lookup,
  picklist,
  readOnly,
  text,
} from '../field.ts';
import { auditFields, id, isDeleted, lastActivity, owner, viewed } from '../field-groups.ts';
import { defineObject } from '../object.ts';

const name = (label: string, length: number): ReturnType<typeof text> =>
  text('Name', label, length, { nameField: true, nillable: false, permissionable: false, indexed: true });
const fixed: FieldOptions = { nillable: false, updateable: false, permissionable: false };

export const campaign = defineObject(
  { name: 'Campaign', label: 'Campaign', labelPlural: 'Campaigns', keyPrefix: '701' },
  { feedEnabled: false, deepCloneable: true },
  [
    id('Campaign ID'),
    isDeleted(),
    name('Name', 80),
    lookup('ParentId', 'Parent Campaign ID', 'Campaign', 'Parent', 'ChildCampaigns'),
    picklist(
      'Type',
      'Type',
      'Conference|Webinar|Trade Show|Public Relations|Partners|Referral Program|Advertisement|Banner Ads|Direct Mail|Email|Telemarketing|Other',
    ),
    picklist('Status', 'Status', '*Planned|In Progress|Completed|Aborted'),
    date('StartDate', 'Start Date'),
    date('EndDate', 'End Date'),
    currency('ExpectedRevenue', 'Expected Revenue', 0),
    currency('BudgetedCost', 'Budgeted Cost', 0),
    currency('ActualCost', 'Actual Cost', 0),
    field('percent', 'ExpectedResponse', 'Expected Response (%)', { precision: 10, scale: 2 }),
    decimal('NumberSent', 'Num Sent', 18, 0),
    checkbox('IsActive', 'Active'),
    longText('Description', 'Description'),
    integer('NumberOfContacts', 'Total Contacts', 8, {
      ...readOnly,
      rollup: { child: 'CampaignMember', by: 'CampaignId', operation: 'COUNT', field: 'ContactId' },
    }),
    owner(),
    ...auditFields(),
    lastActivity(),
    ...viewed(),
  ],
);

export const campaignMember = defineObject(
  { name: 'CampaignMember', label: 'Campaign Member', labelPlural: 'Campaign Members', keyPrefix: '00v' },
  { feedEnabled: false, undeletable: false, mruEnabled: false },
  [
    id('Campaign Member ID'),
    isDeleted(),
    lookup('CampaignId', 'Campaign ID', 'Campaign', 'Campaign', 'CampaignMembers', { ...fixed, cascadeDelete: true }),
    lookup('LeadId', 'Lead ID', 'Lead', 'Lead', 'CampaignMembers', {
      updateable: false,
      permissionable: false,
      cascadeDelete: true,
    }),
    lookup('ContactId', 'Contact ID', 'Contact', 'Contact', 'CampaignMembers', {
      updateable: false,
      permissionable: false,
      cascadeDelete: true,
    }),
    picklist('Status', 'Status', '*Sent|Responded', { permissionable: false }),
    checkbox('HasResponded', 'Responded', readOnly),
    ...auditFields(),
    date('FirstRespondedDate', 'First Responded Date', readOnly),
  ],
);

export const product2 = defineObject(
  { name: 'Product2', label: 'Product', labelPlural: 'Products', keyPrefix: '01t' },
  {},
  [
    id('Product ID'),
    name('Product Name', 255),
    text('ProductCode', 'Product Code', 255, { indexed: true }),
    longText('Description', 'Product Description', 4000),
    checkbox('IsActive', 'Active', { permissionable: false }),
    ...auditFields(),
    picklist('Family', 'Product Family', '*None|Hardware|Software|Services', { length: 255 }),
    text('ExternalId', 'External ID', 255),
    field('url', 'DisplayUrl', 'Display URL', { length: 1000 }),
    picklist('QuantityUnitOfMeasure', 'Quantity Unit Of Measure', 'Each', { length: 255 }),
    isDeleted(),
    checkbox('IsArchived', 'Archived', readOnly),
    text('StockKeepingUnit', 'Product SKU', 180, { externalId: true, unique: true, idLookup: true, indexed: true }),
    ...viewed(),
  ],
);

export const pricebook2 = defineObject(
  { name: 'Pricebook2', label: 'Price Book', labelPlural: 'Price Books', keyPrefix: '01s' },
  { feedEnabled: false },
  [
    id('Price Book ID'),
    isDeleted(),
    name('Price Book Name', 255),
    ...auditFields(),
    checkbox('IsActive', 'Active', { permissionable: false }),
    checkbox('IsArchived', 'Archived', readOnly),
    text('Description', 'Description', 255),
    checkbox('IsStandard', 'Is Standard Price Book', readOnly),
    ...viewed(),
  ],
);

export const pricebookEntry = defineObject(
  { name: 'PricebookEntry', label: 'Price Book Entry', labelPlural: 'Price Book Entries', keyPrefix: '01u' },
  { feedEnabled: false, undeletable: false },
  [
    id('Price Book Entry ID'),
    text('Name', 'Product Name', 255, { ...readOnly, nameField: true, formula: 'Product2.Name' }),
    lookup('Pricebook2Id', 'Price Book ID', 'Pricebook2', 'Pricebook2', 'PricebookEntries', {
      ...fixed,
      cascadeDelete: true,
    }),
    lookup('Product2Id', 'Product ID', 'Product2', 'Product2', 'PricebookEntries', { ...fixed, cascadeDelete: true }),
    currency('UnitPrice', 'List Price', 2, { nillable: false, permissionable: false }),
    checkbox('IsActive', 'Active', { permissionable: false }),
    checkbox('UseStandardPrice', 'Use Standard Price', { permissionable: false }),
    ...auditFields(),
    text('ProductCode', 'Product Code', 255, { ...readOnly, formula: 'Product2.ProductCode' }),
    isDeleted(),
    checkbox('IsArchived', 'Archived', readOnly),
  ],
);

export const opportunityLineItem = defineObject(
  { name: 'OpportunityLineItem', label: 'Opportunity Product', labelPlural: 'Opportunity Product', keyPrefix: '00k' },
  { feedEnabled: false, mruEnabled: false, undeletable: false },
  [
    id('Line Item ID'),
    lookup('OpportunityId', 'Opportunity ID', 'Opportunity', 'Opportunity', 'OpportunityLineItems', {
      ...fixed,
      cascadeDelete: true,
    }),
    integer('SortOrder', 'Sort Order', 9, readOnly),
    lookup('PricebookEntryId', 'Price Book Entry ID', 'PricebookEntry', 'PricebookEntry', 'OpportunityLineItems', {
      updateable: false,
      permissionable: false,
    }),
    lookup('Product2Id', 'Product ID', 'Product2', 'Product2', 'OpportunityLineItems', {
      updateable: false,
      permissionable: false,
      defaultedOnCreate: true,
    }),
    text('ProductCode', 'Product Code', 255, { ...readOnly, formula: 'Product2.ProductCode' }),
    text('Name', 'Opportunity Product Name', 376, { ...readOnly, nameField: true }),
    decimal('Quantity', 'Quantity', 12, 2, { nillable: false, permissionable: false }),
    currency('TotalPrice', 'Total Price', 2, { permissionable: false }),
    currency('UnitPrice', 'Sales Price', 2, { permissionable: false, defaultedOnCreate: true }),
    currency('ListPrice', 'List Price', 2, { ...readOnly, formula: 'PricebookEntry.UnitPrice' }),
    date('ServiceDate', 'Date'),
    text('Description', 'Line Description', 255),
    ...auditFields(),
    isDeleted(),
  ],
);

export const opportunityContactRole = defineObject(
  {
    name: 'OpportunityContactRole',
    label: 'Opportunity Contact Role',
    labelPlural: 'Opportunity Contact Role',
    keyPrefix: '00K',
  },
  {
    feedEnabled: false,
    mruEnabled: false,
    undeletable: false,
    searchable: false,
    searchLayoutable: false,
    listViews: false,
    scopes: [{ label: 'All opportunity contact role', name: 'everything' }],
  },
  [
    id('Contact Role ID'),
    lookup('OpportunityId', 'Opportunity ID', 'Opportunity', 'Opportunity', 'OpportunityContactRoles', {
      ...fixed,
      cascadeDelete: true,
    }),
    lookup('ContactId', 'Contact ID', 'Contact', 'Contact', 'OpportunityContactRoles', {
      nillable: false,
      permissionable: false,
      cascadeDelete: true,
    }),
    picklist(
      'Role',
      'Role',
      'Business User|Decision Maker|Economic Buyer|Economic Decision Maker|Evaluator|Executive Sponsor|Influencer|Technical Buyer|Other',
      { permissionable: false },
    ),
    checkbox('IsPrimary', 'Primary', { permissionable: false }),
    ...auditFields(),
    isDeleted(),
  ],
);

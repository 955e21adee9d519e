import type { FieldOptions } from '../field.ts';
import { checkbox, datetime, field, integer, longText, lookup, phone, picklist, readOnly, text } from '../field.ts';
import { address, auditFields, id, viewed } from '../field-groups.ts';
import { defineObject } from '../object.ts';
import { timeZones } from './values.ts';

const system: FieldOptions = { ...readOnly, nillable: false };
const setup = {
  feedEnabled: false,
  undeletable: false,
  searchLayoutable: false,
  layoutable: false,
  mruEnabled: false,
  scopes: [],
} as const;

export const user = defineObject(
  { name: 'User', label: 'User', labelPlural: 'Users', keyPrefix: '005' },
  { deletable: false, undeletable: false },
  [
    id('User ID'),
    text('Username', 'Username', 80, { nillable: false, permissionable: false, idLookup: true, indexed: true }),
    text('LastName', 'Last Name', 80, {
      nillable: false,
      permissionable: false,
      compoundFieldName: 'Name',
      extraTypeInfo: 'personname',
    }),
    text('FirstName', 'First Name', 40, {
      permissionable: false,
      compoundFieldName: 'Name',
      extraTypeInfo: 'personname',
    }),
    text('Name', 'Full Name', 121, { ...system, nameField: true, extraTypeInfo: 'personname', indexed: true }),
    text('CompanyName', 'Company Name', 80, { permissionable: false }),
    text('Division', 'Division', 80, { permissionable: false }),
    text('Department', 'Department', 80, { permissionable: false }),
    text('Title', 'Title', 80, { permissionable: false }),
    ...address(''),
    field('email', 'Email', 'Email', { length: 128, nillable: false, permissionable: false, idLookup: true }),
    phone('Phone', 'Phone', { permissionable: false }),
    phone('MobilePhone', 'Mobile', { permissionable: false }),
    text('Alias', 'Alias', 8, { nillable: false, permissionable: false }),
    text('CommunityNickname', 'Nickname', 40, { nillable: false, permissionable: false }),
    checkbox('IsActive', 'Active', { permissionable: false, defaultValue: true }),
    picklist('TimeZoneSidKey', 'Time Zone', timeZones, {
      nillable: false,
      permissionable: false,
      restrictedPicklist: true,
    }),
    lookup('UserRoleId', 'Role ID', 'UserRole', 'UserRole', null, { permissionable: false }),
    picklist('LocaleSidKey', 'Locale', 'en_US|en_GB|de_DE|ja_JP', {
      nillable: false,
      permissionable: false,
      restrictedPicklist: true,
    }),
    picklist('EmailEncodingKey', 'Email Encoding', 'UTF-8|ISO-8859-1', {
      nillable: false,
      permissionable: false,
      restrictedPicklist: true,
    }),
    lookup('ProfileId', 'Profile ID', 'Profile', 'Profile', 'Users', { nillable: false, permissionable: false }),
    picklist('UserType', 'User Type', 'Standard|PowerPartner|CSPLitePortal|CustomerSuccess|AutomatedProcess', {
      ...readOnly,
      restrictedPicklist: true,
    }),
    picklist('LanguageLocaleKey', 'Language', 'en_US|de|fr|ja', {
      nillable: false,
      permissionable: false,
      restrictedPicklist: true,
    }),
    text('EmployeeNumber', 'Employee Number', 20, { permissionable: false }),
    lookup('ManagerId', 'Manager ID', 'User', 'Manager', 'ManagedUsers', { permissionable: false }),
    datetime('LastLoginDate', 'Last Login', readOnly),
    ...auditFields(),
    text('FederationIdentifier', 'SAML Federation ID', 512, { permissionable: false }),
    longText('AboutMe', 'About Me', 1000, { permissionable: false }),
    field('url', 'FullPhotoUrl', 'Url for full-sized Photo', { ...readOnly, length: 1024 }),
    ...viewed(),
  ],
);

export const organization = defineObject(
  { name: 'Organization', label: 'Organization', labelPlural: 'Organizations', keyPrefix: '00D' },
  { ...setup, createable: false, deletable: false, searchable: false, triggerable: false },
  [
    id('Organization ID'),
    text('Name', 'Name', 80, { nillable: false, permissionable: false, nameField: true }),
    text('Division', 'Division', 80, { permissionable: false }),
    ...address(''),
    phone('Phone', 'Phone', { permissionable: false }),
    phone('Fax', 'Fax', { permissionable: false }),
    text('PrimaryContact', 'Primary Contact', 80, { permissionable: false }),
    picklist('DefaultLocaleSidKey', 'Locale', 'en_US|en_GB|de_DE', { nillable: false, permissionable: false }),
    picklist('TimeZoneSidKey', 'Time Zone', timeZones, { nillable: false, permissionable: false }),
    picklist('LanguageLocaleKey', 'Language', 'en_US|de|fr', { nillable: false, permissionable: false }),
    checkbox('ReceivesInfoEmails', 'Info Emails', { permissionable: false }),
    checkbox('ReceivesAdminInfoEmails', 'Info Emails Admin', { permissionable: false }),
    integer('FiscalYearStartMonth', 'Fiscal Year Starts In', 8, readOnly),
    checkbox('UsesStartDateAsFiscalYearName', 'Fiscal Year Name by Start', readOnly),
    picklist('DefaultAccountAccess', 'Default Account Access', 'None|Read|Edit|ControlledByLeadOrContact', readOnly),
    picklist('DefaultContactAccess', 'Default Contact Access', 'None|Read|Edit|ControlledByParent', readOnly),
    picklist('DefaultOpportunityAccess', 'Default Opportunity Access', 'None|Read|Edit', readOnly),
    picklist('DefaultLeadAccess', 'Default Lead Access', 'None|Read|Edit|ReadEditTransfer', readOnly),
    picklist('DefaultCaseAccess', 'Default Case Access', 'None|Read|Edit|ReadEditTransfer', readOnly),
    datetime('SystemModstamp', 'System Modstamp', { ...system, defaultedOnCreate: true, indexed: true }),
    text('ComplianceBccEmail', 'Compliance BCC Email', 80, { permissionable: false }),
    picklist('UiSkin', 'UI Skin', 'Theme1|Theme2|Theme3', { permissionable: false }),
    picklist('SignupCountryIsoCode', 'Signup Country', 'US|DE|GB', readOnly),
    datetime('TrialExpirationDate', 'Trial Expiration Date', readOnly),
    integer('NumKnowledgeService', 'Knowledge Licenses', 8, readOnly),
    picklist(
      'OrganizationType',
      'Edition',
      'Team Edition|Professional Edition|Enterprise Edition|Developer Edition|Unlimited Edition',
      readOnly,
    ),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    text('InstanceName', 'Instance Name', 5, readOnly),
    checkbox('IsSandbox', 'Is Sandbox', readOnly),
    picklist('WebToCaseDefaultOrigin', 'Web to Cases Default Origin', 'Phone|Email|Web', { permissionable: false }),
    integer('MonthlyPageViewsUsed', 'Monthly Page Views Used', 9, readOnly),
    integer('MonthlyPageViewsEntitlement', 'Monthly Page Views Allowed', 9, readOnly),
    checkbox('IsReadOnly', 'Is Read Only', readOnly),
    datetime('CreatedDate', 'Created Date', { ...system, defaultedOnCreate: true }),
    lookup('CreatedById', 'Created By ID', 'User', 'CreatedBy', null, { ...system, defaultedOnCreate: true }),
    datetime('LastModifiedDate', 'Last Modified Date', { ...system, defaultedOnCreate: true }),
    lookup('LastModifiedById', 'Last Modified By ID', 'User', 'LastModifiedBy', null, {
      ...system,
      defaultedOnCreate: true,
    }),
  ],
);

export const profile = defineObject(
  { name: 'Profile', label: 'Profile', labelPlural: 'Profile', keyPrefix: '00e' },
  { ...setup, createable: false, deletable: false },
  [
    id('Profile ID'),
    text('Name', 'Name', 255, { nillable: false, nameField: true, permissionable: false }),
    picklist('UserType', 'User Type', 'Standard|PowerPartner', readOnly),
    text('Description', 'Description', 255, { permissionable: false }),
    ...auditFields(),
  ],
);

export const userRole = defineObject(
  { name: 'UserRole', label: 'Role', labelPlural: 'Role', keyPrefix: '00E' },
  setup,
  [
    id('Role ID'),
    text('Name', 'Name', 80, { nillable: false, nameField: true, permissionable: false }),
    lookup('ParentRoleId', 'Parent Role ID', 'UserRole', null, null, { permissionable: false }),
    text('DeveloperName', 'Developer Name', 80, { permissionable: false }),
    lookup('LastModifiedById', 'Last Modified By ID', 'User', 'LastModifiedBy', null, {
      ...system,
      defaultedOnCreate: true,
    }),
    datetime('LastModifiedDate', 'Last Modified Date', { ...system, defaultedOnCreate: true }),
    datetime('SystemModstamp', 'System Modstamp', { ...system, defaultedOnCreate: true, indexed: true }),
  ],
);

export const group = defineObject({ name: 'Group', label: 'Group', labelPlural: 'Group', keyPrefix: '00G' }, setup, [
  id('Group ID'),
  text('Name', 'Name', 40, { nillable: false, nameField: true, permissionable: false }),
  text('DeveloperName', 'Developer Name', 80, { permissionable: false }),
  picklist('Type', 'Type', 'Regular|Queue|Role|Organization', {
    nillable: false,
    permissionable: false,
    restrictedPicklist: true,
  }),
  field('email', 'Email', 'Email', { length: 255, permissionable: false }),
  ...auditFields(),
]);

export const recordType = defineObject(
  { name: 'RecordType', label: 'Record Type', labelPlural: 'Record Types', keyPrefix: '012' },
  { ...setup, deletable: false },
  [
    id('Record Type ID'),
    text('Name', 'Name', 80, { nillable: false, nameField: true, permissionable: false }),
    text('DeveloperName', 'Record Type Name', 80, { nillable: false, permissionable: false }),
    text('NamespacePrefix', 'Namespace Prefix', 15, { updateable: false, permissionable: false }),
    text('Description', 'Description', 255, { permissionable: false }),
    picklist('SobjectType', 'SObject Type Name', 'Account|Contact|Lead|Opportunity|Case|Touchpoint__c', {
      nillable: false,
      updateable: false,
      permissionable: false,
    }),
    checkbox('IsActive', 'Active', { permissionable: false, defaultValue: true }),
    ...auditFields(),
  ],
);

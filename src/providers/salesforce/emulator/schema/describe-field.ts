import type { FieldDefinition, FieldType } from './field.ts';
import type { ObjectDefinition } from './object.ts';
import type { FieldAccess } from './org-schema.ts';

const describedDefault = (field: FieldDefinition): unknown =>
  field.type === 'boolean' ? field.defaultValue : (field.picklist.find((value) => value.defaultValue)?.value ?? null);

const setupObjects = ['User', 'Group', 'RecordType', 'Profile', 'UserRole', 'PermissionSet'];

/** Lookups to business records narrow a search; those to people and set-up do not. */
const isSearchPrefilter = (object: ObjectDefinition, field: FieldDefinition): boolean =>
  object.searchable &&
  field.type === 'reference' &&
  field.relationshipName !== null &&
  field.name !== 'MasterRecordId' &&
  !field.referenceTo.some((name) => setupObjects.includes(name));

const soapTypes: Record<FieldType, string> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  long: 'xsd:long',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  address: 'urn:address',
  location: 'urn:location',
  base64: 'xsd:base64Binary',
  anyType: 'xsd:anyType',
  string: 'xsd:string',
  textarea: 'xsd:string',
  email: 'xsd:string',
  phone: 'xsd:string',
  url: 'xsd:string',
  picklist: 'xsd:string',
  multipicklist: 'xsd:string',
  combobox: 'xsd:string',
  encryptedstring: 'xsd:string',
};

export const soapType = (field: FieldDefinition): string => soapTypes[field.type];

/** One entry of `fields`, with every key the platform sends. */
export function describeField(object: ObjectDefinition, field: FieldDefinition, access: FieldAccess) {
  const calculated = field.formula !== null || field.rollup !== null;
  const oneByteACharacter = field.type === 'id' || field.type === 'reference' || field.type === 'multipicklist';
  return {
    aggregatable: field.aggregatable,
    aiPredictionField: false,
    autoNumber: field.autoNumber,
    byteLength: oneByteACharacter ? field.length : field.length * 3,
    calculated: calculated && field.custom,
    calculatedFormula: field.custom ? field.formula : null,
    cascadeDelete: field.relationshipOrder !== null && field.cascadeDelete,
    caseSensitive: field.caseSensitive,
    compoundFieldName: field.compoundFieldName,
    controllerName: null,
    createable: field.createable && access.editable,
    custom: field.custom,
    defaultValue: describedDefault(field),
    defaultValueFormula: null,
    defaultedOnCreate: field.defaultedOnCreate,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.digits,
    displayLocationInDecimal: field.type === 'location',
    encrypted: field.encrypted,
    externalId: field.externalId,
    extraTypeInfo: field.extraTypeInfo,
    filterable: field.filterable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: field.formula !== null && field.custom,
    groupable: field.groupable,
    highScaleNumber: false,
    htmlFormatted: field.htmlFormatted,
    idLookup: field.idLookup,
    inlineHelpText: field.inlineHelpText,
    label: field.label,
    length: field.length,
    mask: field.encrypted ? 'all' : null,
    maskType: field.encrypted ? 'asterisk' : null,
    name: field.name,
    nameField: field.nameField,
    namePointing: field.referenceTo.length > 1,
    nillable: field.nillable,
    permissionable: field.permissionable,
    picklistValues: field.picklist.map((value) => ({
      active: value.active,
      defaultValue: value.defaultValue,
      label: value.label,
      validFor: null,
      value: value.value,
    })),
    polymorphicForeignKey: field.referenceTo.length > 1,
    precision: field.precision,
    queryByDistance: field.type === 'address' || field.type === 'location',
    referenceTargetField: null,
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName,
    relationshipOrder: field.relationshipOrder,
    restrictedDelete: field.restrictedDelete,
    restrictedPicklist: field.restrictedPicklist,
    scale: field.scale,
    searchPrefilterable: isSearchPrefilter(object, field),
    soapType: soapType(field),
    sortable: field.sortable,
    type: field.type,
    unique: field.unique,
    updateable: field.updateable && access.editable,
    writeRequiresMasterRead: false,
  };
}

import type { CustomField } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import type { FieldDefinition, FieldOptions, FieldType } from './field.ts';
import { decimal, field, picklistValues } from './field.ts';

/** Describe's type names and the Metadata API's, lower case. */
const typeNames: Record<string, FieldType> = {
  text: 'string',
  string: 'string',
  autonumber: 'string',
  textarea: 'textarea',
  longtextarea: 'textarea',
  html: 'textarea',
  number: 'double',
  double: 'double',
  int: 'int',
  currency: 'currency',
  percent: 'percent',
  checkbox: 'boolean',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
  email: 'email',
  phone: 'phone',
  url: 'url',
  picklist: 'picklist',
  multiselectpicklist: 'multipicklist',
  multipicklist: 'multipicklist',
  lookup: 'reference',
  masterdetail: 'reference',
  reference: 'reference',
  location: 'location',
  encryptedtext: 'encryptedstring',
  encryptedstring: 'encryptedstring',
};

/**
 * The fields an admin's definition makes: one, or three for a geolocation. Throws SalesforceFault INVALID_FIELD for a name
 * without `__c` or a type the platform does not have.
 */
export function customFieldDefinitions(definition: CustomField): FieldDefinition[] {
  const { name } = definition;
  if (!/^[A-Za-z][A-Za-z0-9_]*__c$/.test(name)) {
    throw new SalesforceFault(400, 'INVALID_FIELD', `Invalid custom field name: ${name}`, [name]);
  }
  const kind = definition.type.toLowerCase();
  const type = typeNames[kind];
  if (!type) throw new SalesforceFault(400, 'INVALID_FIELD', `Unknown field type: ${definition.type}`, [name]);
  const label = definition.label ?? name.replace(/__c$/, '').replaceAll('_', ' ');
  const own = field(type, name, label, options(definition, type, kind));
  if (type !== 'location') return [own];
  const stem = name.slice(0, -1);
  const part: FieldOptions = { compoundFieldName: name, custom: true };
  return [
    decimal(`${stem}Latitude__s`, `${label} (Latitude)`, 18, 15, part),
    decimal(`${stem}Longitude__s`, `${label} (Longitude)`, 18, 15, part),
    own,
  ];
}

function options(definition: CustomField, type: FieldType, kind: string): FieldOptions {
  const calculated = definition.formula !== undefined;
  const lookup = type === 'reference';
  const relationship = definition.name.replace(/__c$/, '__r');
  const children = definition.relationshipName ?? null;
  return {
    ...(definition.length !== undefined && { length: definition.length }),
    ...(kind === 'longtextarea' || kind === 'html' ? { length: definition.length ?? 32_768, filterable: false } : {}),
    ...(kind === 'html' && { htmlFormatted: true, extraTypeInfo: 'richtextarea' }),
    ...(definition.precision !== undefined && { precision: definition.precision }),
    ...(definition.scale !== undefined && { scale: definition.scale }),
    externalId: definition.externalId ?? false,
    unique: definition.unique ?? false,
    idLookup: definition.externalId ?? false,
    indexed: definition.externalId === true || definition.unique === true || lookup,
    nillable: type !== 'boolean' && definition.required !== true && kind !== 'masterdetail',
    picklist: picklistValues((definition.picklistValues ?? []).join('|')),
    restrictedPicklist: definition.restrictedPicklist ?? false,
    referenceTo: definition.referenceTo ? definition.referenceTo.split('|') : [],
    relationshipName: lookup ? relationship : null,
    childRelationshipName: lookup && children ? (children.endsWith('__r') ? children : `${children}__r`) : null,
    cascadeDelete: kind === 'masterdetail',
    relationshipOrder: kind === 'masterdetail' ? 0 : null,
    defaultValue: definition.defaultValue ?? (type === 'boolean' ? false : null),
    formula: definition.formula ?? null,
    ...(definition.inlineHelpText !== undefined && { inlineHelpText: definition.inlineHelpText }),
    ...(calculated && { createable: false, updateable: false }),
    ...(kind === 'autonumber' && {
      autoNumber: true,
      createable: false,
      updateable: false,
      displayFormat: String(definition.defaultValue ?? '{00000}'),
      defaultValue: null,
    }),
  };
}

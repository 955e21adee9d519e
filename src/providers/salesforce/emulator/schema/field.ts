import type { FieldType as DescribedType } from '../../describe/object-schema.ts';

/** The types emulated objects have. */
export type FieldType = Exclude<
  DescribedType,
  'complexvalue' | 'datacategorygroupreference' | 'masterrecord' | 'json' | 'byte'
>;

export interface PicklistValue {
  value: string;
  label: string;
  active: boolean;
  defaultValue: boolean;
}

/** One field of the emulated schema: what describe says about it and how its column is kept. */
export interface FieldDefinition {
  name: string;
  label: string;
  type: FieldType;
  /** Characters. */
  length: number;
  precision: number;
  scale: number;
  digits: number;
  nillable: boolean;
  createable: boolean;
  updateable: boolean;
  defaultedOnCreate: boolean;
  filterable: boolean;
  groupable: boolean;
  sortable: boolean;
  aggregatable: boolean;
  permissionable: boolean;
  idLookup: boolean;
  nameField: boolean;
  autoNumber: boolean;
  unique: boolean;
  caseSensitive: boolean;
  externalId: boolean;
  custom: boolean;
  htmlFormatted: boolean;
  encrypted: boolean;
  compoundFieldName: string | null;
  extraTypeInfo: string | null;
  referenceTo: readonly string[];
  relationshipName: string | null;
  /** Name of the list on the parent, such as `Contacts`; null = no child relationship in queries. */
  childRelationshipName: string | null;
  cascadeDelete: boolean;
  restrictedDelete: boolean;
  /** Position 0 or 1 of a master-detail relationship. */
  relationshipOrder: number | null;
  picklist: readonly PicklistValue[];
  restrictedPicklist: boolean;
  defaultValue: unknown;
  /** `{000000}`: the shape of an auto number. */
  displayFormat: string | null;
  /** Salesforce formula text of a calculated field. */
  formula: string | null;
  rollup: RollUp | null;
  inlineHelpText: string | null;
  indexed: boolean;
}

export interface RollUp {
  child: string;
  /** The child's field that points here. */
  by: string;
  operation: 'COUNT' | 'SUM' | 'MIN' | 'MAX';
  field?: string;
}

export type FieldOptions = Partial<Omit<FieldDefinition, 'name' | 'label' | 'type'>>;

/** A field with the defaults of its type: nullable, writable, filterable. */
export function field(type: FieldType, name: string, label: string, options: FieldOptions = {}): FieldDefinition {
  const compound = type === 'address' || type === 'location';
  const long = type === 'textarea' && (options.length ?? 255) > 4000;
  const blob = type === 'base64';
  const number = type === 'double' || type === 'currency' || type === 'percent';
  return {
    name,
    label,
    type,
    length: defaultLength[type] ?? 0,
    precision: number ? 18 : 0,
    scale: 0,
    digits: type === 'int' ? 8 : type === 'long' ? 18 : 0,
    nillable: type !== 'boolean' && type !== 'id',
    createable: !compound,
    updateable: !compound,
    defaultedOnCreate: type === 'boolean' || type === 'id',
    filterable: !long && !blob,
    groupable:
      !long && !blob && !compound && !number && !['datetime', 'time', 'combobox', 'multipicklist'].includes(type),
    sortable: !long && !blob && !compound && type !== 'multipicklist',
    aggregatable: !long && !blob && !compound && type !== 'boolean' && type !== 'multipicklist',
    permissionable: true,
    idLookup: false,
    nameField: false,
    autoNumber: false,
    unique: false,
    caseSensitive: false,
    externalId: false,
    custom: name.endsWith('__c'),
    htmlFormatted: false,
    encrypted: type === 'encryptedstring',
    compoundFieldName: null,
    extraTypeInfo: type === 'textarea' ? 'plaintextarea' : null,
    referenceTo: [],
    relationshipName: null,
    childRelationshipName: null,
    cascadeDelete: false,
    restrictedDelete: false,
    relationshipOrder: null,
    picklist: [],
    restrictedPicklist: false,
    defaultValue: null,
    displayFormat: null,
    formula: null,
    rollup: null,
    inlineHelpText: null,
    indexed: false,
    ...options,
  };
}

const defaultLength: Partial<Record<FieldType, number>> = {
  id: 18,
  reference: 18,
  string: 255,
  textarea: 255,
  email: 80,
  phone: 40,
  url: 255,
  picklist: 255,
  multipicklist: 4099,
  combobox: 255,
  encryptedstring: 175,
};

/** Filled by the platform: neither created nor updated by callers, never hidden. */
export const readOnly: FieldOptions = { createable: false, updateable: false, permissionable: false };

export const text = (name: string, label: string, length: number, options?: FieldOptions) =>
  field('string', name, label, { length, ...options });
export const longText = (name: string, label: string, length = 32_000, options?: FieldOptions) =>
  field('textarea', name, label, { length, ...options });
export const phone = (name: string, label: string, options?: FieldOptions) => field('phone', name, label, options);
export const checkbox = (name: string, label: string, options?: FieldOptions) =>
  field('boolean', name, label, { defaultValue: false, ...options });
export const integer = (name: string, label: string, digits = 8, options?: FieldOptions) =>
  field('int', name, label, { digits, ...options });
export const decimal = (name: string, label: string, precision: number, scale: number, options?: FieldOptions) =>
  field('double', name, label, { precision, scale, ...options });
export const currency = (name: string, label: string, scale: number, options?: FieldOptions) =>
  field('currency', name, label, { scale, ...options });
export const date = (name: string, label: string, options?: FieldOptions) => field('date', name, label, options);
export const datetime = (name: string, label: string, options?: FieldOptions) =>
  field('datetime', name, label, options);

/** `values` as `A|B|*C`; a star marks the default. */
export function picklist(name: string, label: string, values: string, options: FieldOptions = {}): FieldDefinition {
  return field('picklist', name, label, { length: 40, ...options, picklist: picklistValues(values) });
}

export function picklistValues(values: string): PicklistValue[] {
  if (values === '') return [];
  return values.split('|').map((value) => {
    const plain = value.replace(/^\*/, '');
    return { value: plain, label: plain, active: true, defaultValue: plain !== value };
  });
}

/** A lookup; `child` is the list's name on the parent. Indexed when it has one. */
export function lookup(
  name: string,
  label: string,
  to: string,
  relationship: string | null,
  child: string | null = null,
  options: FieldOptions = {},
): FieldDefinition {
  return field('reference', name, label, {
    referenceTo: to.split('|'),
    relationshipName: relationship,
    childRelationshipName: child,
    indexed: child !== null,
    ...options,
  });
}

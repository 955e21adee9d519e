import type { FieldSchema, FieldType } from './object-schema.ts';
import { isRequiredOnCreate } from './object-schema.ts';

/** A field in the hosted platform's words, as metadata calls answer it and schema.watch messages carry it. */
export interface FieldMetadata {
  /** Lower case, as in `fields` of a message. */
  fieldName: string;
  displayName: string;
  valueType: ValueType;
  /** Describe's `type`. */
  providerType: string;
  readOnly: boolean;
  isCustom: boolean;
  /** A create without it fails. */
  isRequired: boolean;
  /** Of references: every object it may point to. */
  referenceTo?: string[];
  /** Of picklists: the values in use. */
  values?: { value: string; displayValue: string }[];
  /** Help text, where the org has one. */
  description?: string;
}

export const valueTypes = [
  'string',
  'boolean',
  'singleSelect',
  'multiSelect',
  'date',
  'datetime',
  'int',
  'float',
  'reference',
  'other',
] as const;
export type ValueType = (typeof valueTypes)[number];

const typesOfDescribe: Partial<Record<FieldType, ValueType>> = {
  boolean: 'boolean',
  combobox: 'singleSelect',
  currency: 'float',
  date: 'date',
  datetime: 'datetime',
  double: 'float',
  email: 'string',
  id: 'string',
  int: 'int',
  multipicklist: 'multiSelect',
  percent: 'float',
  phone: 'string',
  picklist: 'singleSelect',
  reference: 'reference',
  string: 'string',
  textarea: 'string',
  url: 'string',
};

/** A described field as metadata. */
export function toFieldMetadata(field: FieldSchema): FieldMetadata {
  const values = field.picklistValues
    .filter(({ active }) => active)
    .map(({ value, label }) => ({ value, displayValue: label }));
  return {
    fieldName: field.name.toLowerCase(),
    displayName: field.label,
    valueType: typesOfDescribe[field.type] ?? 'other',
    providerType: field.type,
    readOnly: isReadOnly(field),
    isCustom: field.custom,
    isRequired: isRequiredOnCreate(field),
    ...(field.referenceTo.length > 0 && { referenceTo: field.referenceTo }),
    ...(values.length > 0 && { values }),
    ...(field.helpText && { description: field.helpText }),
  };
}

function isReadOnly({ autoNumber, calculated, createable, updateable }: FieldSchema): boolean {
  return autoNumber || calculated || (!createable && !updateable);
}

/** One custom field as a product wants it in the customer's org; the keys of the hosted platform's field definition. */
export interface FieldDefinition {
  /** API name as the file spells it: `Account`, `Invoice__c`. */
  objectName: string;
  /** Ends in `__c`. */
  fieldName: string;
  displayName: string;
  valueType: FieldValueType;
  description?: string;
  required?: boolean;
  unique?: boolean;
  /** Searchable and usable as the key of an upsert: an external id. */
  indexed?: boolean;
  stringOptions?: StringOptions;
  numericOptions?: NumericOptions;
  association?: Association;
}

export const fieldValueTypes = [
  'string',
  'boolean',
  'singleSelect',
  'multiSelect',
  'date',
  'datetime',
  'int',
  'float',
  'reference',
] as const;
export type FieldValueType = (typeof fieldValueTypes)[number];

export interface StringOptions {
  /** Characters; more than 255 makes a long text area. */
  length?: number;
  /** Lines shown of a long text or a multi-select list. */
  numDisplayLines?: number;
  /** Of the two select types. */
  values?: string[];
  valuesRestricted?: boolean;
  defaultValue?: string;
}

export interface NumericOptions {
  /** Digits in all, at most 18. */
  precision?: number;
  /** Digits behind the point. */
  scale?: number;
  defaultValue?: number;
}

export const onDeleteChoices = ['setNull', 'restrict'] as const;

export interface Association {
  /** Object looked up. */
  targetObject: string;
  /** What the deletion of the looked-up record does. */
  onDelete?: (typeof onDeleteChoices)[number];
  /** Name of the list on the other side. */
  reverseLookupFieldName?: string;
}

import { type CustomField, SalesforceFault } from '../org.ts';
import type { FieldDescribe } from '../rest/describe.ts';

/** `Metadata` of a CustomField row: the keys this org reads; others are kept and given back. */
export interface FieldMetadata {
  type?: string;
  label?: string;
  length?: number;
  precision?: number;
  scale?: number;
  externalId?: boolean;
  unique?: boolean;
  required?: boolean;
  referenceTo?: string;
  relationshipName?: string;
  formula?: string;
  defaultValue?: unknown;
  valueSet?: {
    restricted?: boolean;
    valueSetDefinition?: {
      value?: { valueName?: string; fullName?: string; label?: string; default?: boolean }[];
    };
  };
  [other: string]: unknown;
}

/** Field types of the Metadata API by what describe calls them. */
const describeTypes: Record<string, string> = {
  AutoNumber: 'string',
  Checkbox: 'boolean',
  Currency: 'currency',
  Date: 'date',
  DateTime: 'datetime',
  Email: 'email',
  Html: 'textarea',
  LongTextArea: 'textarea',
  Lookup: 'reference',
  MasterDetail: 'reference',
  MultiselectPicklist: 'multipicklist',
  Number: 'double',
  Percent: 'percent',
  Phone: 'phone',
  Picklist: 'picklist',
  Text: 'string',
  TextArea: 'textarea',
  Time: 'time',
  Url: 'url',
};

/** The field that metadata describes. Throws the platform's refusal of an unknown type. */
export function readFieldMetadata(name: string, metadata: FieldMetadata): CustomField {
  const type = describeTypes[metadata.type ?? ''];
  if (type === undefined) {
    throw new SalesforceFault(
      400,
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `Type: bad value for restricted picklist field: ${metadata.type}`,
      ['Type'],
    );
  }
  const values = metadata.valueSet?.valueSetDefinition?.value?.map(
    (value) => `${value.default ? '*' : ''}${value.valueName ?? value.fullName ?? value.label ?? ''}`,
  );
  const { label, length, precision, scale, externalId, unique, required, referenceTo, relationshipName, formula } =
    metadata;
  const defaultValue = type === 'boolean' ? String(metadata.defaultValue ?? false) === 'true' : undefined;
  const given = {
    label,
    length: metadata.type === 'LongTextArea' || metadata.type === 'Text' ? length : undefined,
    precision,
    scale,
    externalId,
    unique,
    required,
    referenceTo,
    relationshipName,
    formula,
    defaultValue,
  };
  return {
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
    ) as Partial<CustomField>),
    name,
    type,
    ...(values ? { picklistValues: values, restrictedPicklist: metadata.valueSet?.restricted === true } : {}),
  };
}

/** Metadata of a field that was not made over this API, from its describe. */
export function renderFieldMetadata(field: FieldDescribe): FieldMetadata {
  const type =
    field.type === 'textarea'
      ? field.length > 255
        ? 'LongTextArea'
        : 'TextArea'
      : (Object.entries(describeTypes).find(([, described]) => described === field.type)?.[0] ?? 'Text');
  const picklist = field.picklistValues.map(({ value, label, defaultValue }) => ({
    valueName: value,
    label,
    default: defaultValue,
  }));
  const number = ['double', 'currency', 'percent'].includes(field.type);
  return {
    type: field.type === 'string' ? 'Text' : type,
    label: field.label,
    ...(['string', 'textarea'].includes(field.type) ? { length: field.length } : {}),
    ...(number ? { precision: field.precision, scale: field.scale } : {}),
    externalId: field.externalId,
    unique: field.unique,
    required: !field.nillable && field.type !== 'boolean',
    ...(picklist.length > 0
      ? { valueSet: { restricted: field.restrictedPicklist, valueSetDefinition: { value: picklist } } }
      : {}),
    ...(field.referenceTo.length > 0 ? { referenceTo: field.referenceTo[0]! } : {}),
  };
}

/** An object as one org shows it to one user (REST guide, "sObject Describe"). Names are canonical; every field may be null on read. */
export interface ObjectSchema {
  name: string;
  label: string;
  labelPlural: string;
  /** First three characters of its ids; null where it has none. */
  keyPrefix: string | null;
  custom: boolean;
  queryable: boolean;
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  /** Answers getUpdated and getDeleted. */
  replicateable: boolean;
  searchable: boolean;
  /** May have triggers: a condition for change events. */
  triggerable: boolean;
  fields: FieldSchema[];
  childRelationships: ChildRelationship[];
}

export interface FieldSchema {
  name: string;
  label: string;
  type: FieldType;
  nillable: boolean;
  createable: boolean;
  updateable: boolean;
  /** Formula or roll-up: read-only. */
  calculated: boolean;
  autoNumber: boolean;
  defaultedOnCreate: boolean;
  custom: boolean;
  filterable: boolean;
  sortable: boolean;
  externalId: boolean;
  unique: boolean;
  caseSensitive: boolean;
  idLookup: boolean;
  nameField: boolean;
  /** `MailingAddress` for `MailingStreet`; null for a field of its own. */
  compoundFieldName: string | null;
  /** Every object it may point to; empty for plain fields. */
  referenceTo: string[];
  /** `Owner` for `OwnerId`. */
  relationshipName: string | null;
  polymorphicForeignKey: boolean;
  /** Characters; 0 where it means nothing. */
  length: number;
  precision: number;
  scale: number;
  /** Of an int. */
  digits: number;
  picklistValues: PicklistValue[];
  restrictedPicklist: boolean;
  dependentPicklist: boolean;
  controllerName: string | null;
  soapType: string;
  extraTypeInfo: string | null;
  /** What the org tells its users beside the field. */
  helpText: string | null;
}

export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'boolean'
  | 'int'
  | 'long'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'email'
  | 'phone'
  | 'url'
  | 'picklist'
  | 'multipicklist'
  | 'combobox'
  | 'reference'
  | 'address'
  | 'location'
  | 'base64'
  | 'encryptedstring'
  | 'anyType'
  | 'complexvalue'
  | 'datacategorygroupreference'
  | 'masterrecord'
  | 'json'
  | 'byte';

export interface PicklistValue {
  /** What records hold and the API takes. */
  value: string;
  label: string;
  active: boolean;
  isDefault: boolean;
}

export interface ChildRelationship {
  childObject: string;
  field: string;
  /** Null: cannot be queried from the parent. */
  relationshipName: string | null;
  cascadeDelete: boolean;
}

/** One line of the describe of everything. */
export interface ObjectSummary {
  name: string;
  label: string;
  labelPlural: string;
  keyPrefix: string | null;
  custom: boolean;
  customSetting: boolean;
  queryable: boolean;
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  searchable: boolean;
  triggerable: boolean;
}

/** createable, not nillable and not filled in by the org: a create without it fails. */
export function isRequiredOnCreate(field: FieldSchema): boolean {
  return field.createable && !field.nillable && !field.defaultedOnCreate;
}

/** By API name, in any case. */
export function findField(object: ObjectSchema, name: string): FieldSchema | undefined {
  let index = fieldIndexes.get(object);
  if (!index) {
    index = new Map(object.fields.map((field) => [field.name.toLowerCase(), field]));
    fieldIndexes.set(object, index);
  }
  return index.get(name.toLowerCase());
}

/** A schema never changes: a changed object is described anew. */
const fieldIndexes = new WeakMap<ObjectSchema, Map<string, FieldSchema>>();

type Raw = Record<string, unknown>;

/** From a describe answer; what a version does not send is false, 0, null or empty. Throws TypeError when it is none. */
export function parseObjectSchema(body: unknown): ObjectSchema {
  const raw = body as Raw;
  if (typeof raw?.name !== 'string' || !Array.isArray(raw.fields)) throw new TypeError('not an object describe');
  return {
    ...parseObjectSummary(raw),
    replicateable: raw.replicateable === true,
    fields: raw.fields.map(parseField),
    childRelationships: list(raw.childRelationships).map((child) => ({
      childObject: String(child.childSObject),
      field: String(child.field),
      relationshipName: textOrNull(child.relationshipName),
      cascadeDelete: child.cascadeDelete === true,
    })),
  };
}

export function parseObjectSummary(raw: Raw): ObjectSummary {
  return {
    name: String(raw.name),
    label: String(raw.label ?? raw.name),
    labelPlural: String(raw.labelPlural ?? raw.label ?? raw.name),
    keyPrefix: textOrNull(raw.keyPrefix),
    custom: raw.custom === true,
    customSetting: raw.customSetting === true,
    queryable: raw.queryable === true,
    createable: raw.createable === true,
    updateable: raw.updateable === true,
    deletable: raw.deletable === true,
    searchable: raw.searchable === true,
    triggerable: raw.triggerable === true,
  };
}

function parseField(raw: Raw): FieldSchema {
  return {
    name: String(raw.name),
    label: String(raw.label ?? raw.name),
    type: String(raw.type) as FieldType,
    nillable: raw.nillable === true,
    createable: raw.createable === true,
    updateable: raw.updateable === true,
    calculated: raw.calculated === true,
    autoNumber: raw.autoNumber === true,
    defaultedOnCreate: raw.defaultedOnCreate === true,
    custom: raw.custom === true,
    filterable: raw.filterable === true,
    sortable: raw.sortable === true,
    externalId: raw.externalId === true,
    unique: raw.unique === true,
    caseSensitive: raw.caseSensitive === true,
    idLookup: raw.idLookup === true,
    nameField: raw.nameField === true,
    compoundFieldName: textOrNull(raw.compoundFieldName),
    referenceTo: Array.isArray(raw.referenceTo) ? raw.referenceTo.map(String) : [],
    relationshipName: textOrNull(raw.relationshipName),
    polymorphicForeignKey: raw.polymorphicForeignKey === true,
    length: Number(raw.length ?? 0),
    precision: Number(raw.precision ?? 0),
    scale: Number(raw.scale ?? 0),
    digits: Number(raw.digits ?? 0),
    picklistValues: list(raw.picklistValues).map((entry) => ({
      value: String(entry.value),
      label: String(entry.label ?? entry.value),
      active: entry.active !== false,
      isDefault: entry.defaultValue === true,
    })),
    restrictedPicklist: raw.restrictedPicklist === true,
    dependentPicklist: raw.dependentPicklist === true,
    controllerName: textOrNull(raw.controllerName),
    soapType: String(raw.soapType ?? ''),
    extraTypeInfo: textOrNull(raw.extraTypeInfo),
    helpText: textOrNull(raw.inlineHelpText),
  };
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
const list = (value: unknown) => (Array.isArray(value) ? (value as Raw[]) : []);

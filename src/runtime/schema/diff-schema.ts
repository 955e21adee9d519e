import type { FieldMetadata } from '../../providers/salesforce/describe/field-metadata.ts';
import type { SchemaField, SchemaState } from './schema-state.ts';

/** What counts as a change of a field; a rename is a deletion and a creation. */
export const comparedKeys = [
  'valueType',
  'providerType',
  'displayName',
  'description',
  'isRequired',
  'readOnly',
  'values',
  'referenceTo',
] as const satisfies readonly (keyof FieldMetadata)[];

export type ComparedKey = (typeof comparedKeys)[number];

export interface SchemaDiff {
  created: SchemaField[];
  deleted: SchemaField[];
  changed: FieldChange[];
}

export interface FieldChange {
  old: SchemaField;
  new: SchemaField;
  /** Which of the compared keys differ. */
  keys: ComparedKey[];
}

export function diffSchema(before: SchemaState, after: SchemaState): SchemaDiff {
  const old = new Map(before.map((field) => [field.fieldName, field]));
  const now = new Map(after.map((field) => [field.fieldName, field]));
  return {
    created: after.filter(({ fieldName }) => !old.has(fieldName)),
    deleted: before.filter(({ fieldName }) => !now.has(fieldName)),
    changed: before.flatMap((field) => {
      const next = now.get(field.fieldName);
      const keys = next ? comparedKeys.filter((key) => comparable(field[key]) !== comparable(next[key])) : [];
      return next && keys.length > 0 ? [{ old: field, new: next, keys }] : [];
    }),
  };
}

export function countChanges({ created, deleted, changed }: SchemaDiff): number {
  return created.length + deleted.length + changed.length;
}

/** Lists in another order are the same list: admins sort picklists. */
function comparable(value: FieldMetadata[ComparedKey]): string {
  if (!Array.isArray(value)) return JSON.stringify(value ?? null);
  return JSON.stringify(value.map((item) => JSON.stringify(item)).sort());
}

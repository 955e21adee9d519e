import type { Database } from '../../../../store/database.ts';
import { isStored, quoteName } from '../schema/columns.ts';
import type { FieldDefinition } from '../schema/field.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import { coerce } from './coerce.ts';
import type { Row } from './derive.ts';
import { RowRefusal, refuse } from './row-error.ts';

/**
 * A caller's record as stored values: unknown names, fields that may not be written and values of the wrong type are
 * refused; a parent given by external id (`Account: {ERP_Id__c: 'A-1'}`) becomes its id.
 */
export function prepareValues(
  context: { db: Database; schema: Schema; userId: string; auditFields?: readonly string[] },
  object: ObjectDefinition,
  values: Record<string, unknown>,
  operation: 'insert' | 'update',
): Row {
  const { schema, userId } = context;
  const row: Row = {};
  const locked: string[] = [];
  const errors: RowRefusal[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (key === 'attributes') continue;
    const field = schema.field(object, key, userId);
    if (!field) {
      const parent = parentByExternalId(context, object, key, value);
      if (!parent) throw refuse('INVALID_FIELD', `No such column '${key}' on sobject of type ${object.name}`);
      row[parent.field] = parent.id;
      continue;
    }
    if (field.name === 'Id') {
      if (operation === 'insert' && value !== null && value !== '') {
        throw refuse('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
      }
      continue;
    }
    const writable = operation === 'insert' ? field.createable : field.updateable;
    const isAudit = operation === 'insert' && context.auditFields?.includes(field.name) === true;
    if (!isAudit && (!writable || !schema.access(object, field, userId).editable || !isStored(field))) {
      locked.push(field.name);
      continue;
    }
    try {
      row[field.name] = coerce(field, value);
    } catch (error) {
      if (!(error instanceof RowRefusal)) throw error;
      errors.push(error);
    }
  }
  if (locked.length > 0) {
    throw refuse(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: ${locked.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      locked,
    );
  }
  if (errors.length > 0) throw new RowRefusal(errors.flatMap((error) => error.errors));
  return row;
}

function parentByExternalId(
  context: { db: Database; schema: Schema },
  object: ObjectDefinition,
  key: string,
  value: unknown,
): { field: string; id: string | null } | undefined {
  const lookup = object.fields.find((field) => field.relationshipName?.toLowerCase() === key.toLowerCase());
  if (!lookup) return undefined;
  if (value === null) return { field: lookup.name, id: null };
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const entries = Object.entries(value as Record<string, unknown>).filter(([name]) => name !== 'attributes');
  const [entry] = entries;
  if (!entry || entries.length !== 1) return undefined;
  for (const target of lookup.referenceTo) {
    const parent = context.schema.find(target);
    const external = parent && context.schema.field(parent, entry[0]);
    if (!parent || !external || !(external.idLookup || external.externalId)) continue;
    const found = matchesOf(context.db, parent, external, entry[1]);
    if (found.length === 1) return { field: lookup.name, id: found[0]! };
    const shown = `Foreign key external ID: ${String(entry[1])} not found for field ${external.name} in entity ${parent.name}`;
    throw refuse('INVALID_FIELD', shown, []);
  }
  throw refuse('INVALID_FIELD', `Field ${entry[0]} is not an external id of ${lookup.referenceTo.join(', ')}`, []);
}

/** Ids of the live rows whose field has this value; text ignores case unless the field says otherwise. */
export function matchesOf(db: Database, object: ObjectDefinition, field: FieldDefinition, value: unknown): string[] {
  const stored = coerce(field, value);
  if (stored === null) return [];
  const live = object.fields.some((f) => f.name === 'IsDeleted') ? ' AND "IsDeleted" = 0' : '';
  return db
    .prepare(
      `SELECT "Id" AS id FROM ${quoteName(object.name)} WHERE ${quoteName(field.name)} = ?${live} ORDER BY _row LIMIT 200`,
    )
    .all<{ id: string }>(stored)
    .map((row) => row.id);
}

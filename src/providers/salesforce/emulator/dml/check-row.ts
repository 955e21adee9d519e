import type { Database } from '../../../../store/database.ts';
import { emptyId } from '../ids.ts';
import { isStored, quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import type { Row } from './derive.ts';
import { RowRefusal, refuse } from './row-error.ts';

/** Required = createable, not nullable, not defaulted. On update only what was set to null counts. */
export function checkRequired(object: ObjectDefinition, row: Row, onlyThese?: string[]): void {
  const missing = object.fields.filter(
    (field) =>
      isStored(field) &&
      field.createable &&
      !field.nillable &&
      (onlyThese ? onlyThese.includes(field.name) : !field.defaultedOnCreate) &&
      (row[field.name] === null || row[field.name] === undefined),
  );
  if (missing.length === 0) return;
  const names = missing.map((field) => field.name);
  throw refuse('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
}

/** Lookups must point at live rows of the right object. */
export function checkReferences(
  db: Database,
  schema: Schema,
  object: ObjectDefinition,
  row: Row,
  names: string[],
): void {
  for (const field of object.fields) {
    const id = row[field.name];
    if (field.type !== 'reference' || !names.includes(field.name) || typeof id !== 'string' || id === emptyId) continue;
    const target = schema.objectOfId(id);
    if (!target || !field.referenceTo.includes(target.name)) {
      throw refuse('FIELD_INTEGRITY_EXCEPTION', `${field.label}: id value of incorrect type: ${id}`, [field.name]);
    }
    const live = target.fields.some((f) => f.name === 'IsDeleted') ? ' AND "IsDeleted" = 0' : '';
    const found = db.prepare(`SELECT 1 AS found FROM ${quoteName(target.name)} WHERE "Id" = ?${live}`).get(id);
    if (!found) throw refuse('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name]);
  }
}

export function checkUnique(db: Database, object: ObjectDefinition, row: Row, id: string, names: string[]): void {
  checkUniqueTogether(db, object, row, id);
  for (const field of object.fields) {
    const value = row[field.name];
    if (!field.unique || !names.includes(field.name) || value === null || value === undefined) continue;
    const other = db
      .prepare(
        `SELECT "Id" AS id FROM ${quoteName(object.name)} WHERE ${quoteName(field.name)} = ? AND "Id" <> ? AND "IsDeleted" = 0 LIMIT 1`,
      )
      .get<{ id: string }>(value, id);
    if (other) {
      throw new RowRefusal([
        {
          statusCode: 'DUPLICATE_VALUE',
          message: `duplicate value found: ${field.name} duplicates value on record with id: ${other.id.slice(0, 15)}`,
          fields: [],
        },
      ]);
    }
  }
}

function checkUniqueTogether(db: Database, object: ObjectDefinition, row: Row, id: string): void {
  const names = object.uniqueTogether;
  if (names.length === 0) return;
  const values = names.map((name) => row[name] ?? null);
  const same = names.map((name) => `${quoteName(name)} = ?`).join(' AND ');
  const other = db
    .prepare(`SELECT "Id" AS id FROM ${quoteName(object.name)} WHERE ${same} AND "Id" <> ? LIMIT 1`)
    .get<{ id: string }>(...values, id);
  if (!other) return;
  const said = names.map((name, index) => {
    const label = object.fields.find((field) => field.name === name)?.label ?? name;
    return `${label}: ${String(values[index])}`;
  });
  const message = `Duplicate ${object.name}.  ${said.join('; ')}`;
  throw new RowRefusal([{ statusCode: 'DUPLICATE_VALUE', message, fields: [...names] }]);
}

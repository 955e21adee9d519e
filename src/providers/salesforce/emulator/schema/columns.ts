import type { Database } from '../../../../store/database.ts';
import type { FieldDefinition } from './field.ts';
import type { ObjectDefinition } from './object.ts';

/** Compound, formula and roll-up fields are computed when read. */
export function isStored(field: FieldDefinition): boolean {
  return field.type !== 'address' && field.type !== 'location' && field.formula === null && field.rollup === null;
}

/** Double-quoted; names come from the schema, never from a caller. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * A table per object: `_row` counts up with the ids, stamps are epoch milliseconds, dates and times text that sorts, and
 * text compares without case as the platform does.
 */
export function createTable(db: Database, object: ObjectDefinition): void {
  const columns = object.fields.filter(isStored).map(columnSql);
  db.exec(`CREATE TABLE IF NOT EXISTS ${quoteName(object.name)} (_row INTEGER PRIMARY KEY, ${columns.join(', ')})`);
}

/** Made apart from the tables: a bulk seed fills first and indexes after. */
export function createIndexes(db: Database, object: ObjectDefinition): void {
  for (const field of object.fields) if (field.indexed && isStored(field)) db.exec(indexSql(object, field));
}

export function addColumns(db: Database, object: ObjectDefinition, fields: FieldDefinition[]): void {
  const existing = new Set(
    db
      .prepareOnce(`PRAGMA table_info(${quoteName(object.name)})`)
      .all<{ name: string }>()
      .map((column) => column.name),
  );
  for (const field of fields.filter(isStored)) {
    if (existing.has(field.name)) continue;
    db.exec(`ALTER TABLE ${quoteName(object.name)} ADD COLUMN ${columnSql(field)}`);
    if (field.indexed) db.exec(indexSql(object, field));
  }
}

export function dropColumn(db: Database, object: ObjectDefinition, field: FieldDefinition): void {
  if (!isStored(field)) return;
  db.exec(`DROP INDEX IF EXISTS ${indexName(object, field)}`);
  const columns = db.prepareOnce(`PRAGMA table_info(${quoteName(object.name)})`).all<{ name: string }>();
  if (columns.some((column) => column.name === field.name)) {
    db.exec(`ALTER TABLE ${quoteName(object.name)} DROP COLUMN ${quoteName(field.name)}`);
  }
}

function columnSql(field: FieldDefinition): string {
  const name = quoteName(field.name);
  switch (field.type) {
    case 'boolean':
      return `${name} INTEGER NOT NULL DEFAULT ${field.defaultValue === true ? 1 : 0}`;
    case 'int':
    case 'long':
    case 'datetime':
      return `${name} INTEGER`;
    case 'double':
    case 'currency':
    case 'percent':
      // Whole numbers stay exact beyond 2^53.
      return `${name} NUMERIC`;
    case 'id':
    case 'reference':
    case 'date':
    case 'time':
      return `${name} TEXT`;
    default:
      return `${name} TEXT${field.caseSensitive ? '' : ' COLLATE NOCASE'}`;
  }
}

const indexName = (object: ObjectDefinition, field: FieldDefinition) => quoteName(`${object.name}.${field.name}`);

function indexSql(object: ObjectDefinition, field: FieldDefinition): string {
  // Increments page by (SystemModstamp, Id); _row ascends with Id and ends every index anyway.
  const columns = field.name === 'SystemModstamp' ? `${quoteName(field.name)}, "Id"` : quoteName(field.name);
  return `CREATE INDEX IF NOT EXISTS ${indexName(object, field)} ON ${quoteName(object.name)} (${columns})`;
}

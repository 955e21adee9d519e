import type { Database } from '../../../../store/database.ts';
import type { PendingEntry } from '../engine/commit-log.ts';
import type { CommitEntry, WriteOptions } from '../org.ts';
import { isStored } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import { checkReferences, checkRequired, checkUnique } from './check-row.ts';
import type { Row } from './derive.ts';
import { deriveValues } from './derive.ts';
import { recordHistory } from './field-history.ts';
import { logValues } from './log-values.ts';
import type { RowStore } from './row-store.ts';

export interface TransactionContext {
  db: Database;
  schema: Schema;
  rows: RowStore;
  options: WriteOptions;
  /** The stamp of everything written, whole seconds. */
  stamp: number;
  now: number;
  /** Rules of the org that look at a finished row; throw RowRefusal. */
  checkRules(object: ObjectDefinition, row: Row, before: Row | null): void;
}

/** A row with its number in the table. */
export type StoredRow = Row & { _row: number };

/** Creates and changes rows of one transaction: what the platform fills in, the checks, the stamps, the entry in the log. */
export class RowWriter {
  readonly context: TransactionContext;
  readonly touched = new Set<string>();
  readonly entries: PendingEntry[] = [];

  constructor(context: TransactionContext) {
    this.context = context;
  }

  insert(definition: ObjectDefinition, given: Row): string {
    const { db, schema, rows, options, stamp, now } = this.context;
    const row: Row = { ...defaultsOf(definition), ...given };
    const { row: number, id } = rows.allot(definition);
    this.touched.add(definition.name);
    const has = (name: string) => definition.fields.some((field) => field.name === name);
    row.Id = id;
    if (has('OwnerId')) row.OwnerId ??= options.userId;
    if (has('RecordTypeId') && definition.recordTypes.length > 0)
      row.RecordTypeId ??= defaultRecordType(db, definition);
    if (has('CreatedDate')) row.CreatedDate = stamp;
    if (has('CreatedById')) row.CreatedById = options.userId;
    this.#stamp(definition, row);
    // Only an import of audit fields has them among its values.
    for (const name of auditFields) if (given[name] != null) row[name] = given[name];
    for (const field of definition.fields) {
      if (field.autoNumber && field.displayFormat) row[field.name] = autoNumber(field.displayFormat, number);
    }
    // Custom records without a name are called by their id.
    if (definition.custom && has('Name')) row.Name ??= id;
    deriveValues(definition.name, row, null, now);
    checkRequired(definition, row);
    const names = Object.keys(given);
    checkReferences(db, schema, definition, row, names);
    checkUnique(db, definition, row, id, names);
    this.context.checkRules(definition, row, null);
    rows.insert(definition, row, number);
    this.log('CREATE', definition, id, null, logValues(definition, row), []);
    return id;
  }

  update(definition: ObjectDefinition, before: StoredRow, changes: Row): void {
    const { db, schema, rows, now } = this.context;
    const id = String(before.Id);
    const row: Row = { ...before, ...changes };
    deriveValues(definition.name, row, before, now);
    const given = Object.keys(changes);
    checkRequired(definition, row, given);
    checkReferences(
      db,
      schema,
      definition,
      row,
      given.filter((name) => row[name] !== before[name]),
    );
    checkUnique(db, definition, row, id, given);
    this.context.checkRules(definition, row, before);
    const changed = Object.keys(row).filter((name) => name !== '_row' && !same(row[name], before[name]));
    this.#stamp(definition, row);
    const stamps = stampNames.filter((name) => !same(row[name], before[name]));
    const written = [...new Set([...changed, ...stamps])].filter(
      (name) => name in before || isColumn(definition, name),
    );
    rows.update(definition, before._row, Object.fromEntries(written.map((name) => [name, row[name] ?? null])));
    const history = recordHistory(this.context, definition, before, row, changed);
    if (history) this.touched.add(history);
    // Nothing changed: the platform still stamps the row, and still tells.
    const moved = this.context.options.automation ? changed : [...changed, 'LastModifiedDate'];
    const reported = [...new Set(moved)].filter((name) => name !== 'SystemModstamp');
    this.log(
      'UPDATE',
      definition,
      id,
      logValues(definition, before, reported),
      logValues(definition, row, reported),
      reported,
    );
  }

  /** Sets these columns and the stamps, without checks: for rows that come and go. Gives the row as it is now. */
  mark(definition: ObjectDefinition, before: StoredRow, changes: Row): Row {
    const row: Row = { ...before, ...changes };
    this.#stamp(definition, row);
    const written = [...Object.keys(changes), ...stampNames].filter((name) => isColumn(definition, name));
    this.context.rows.update(definition, before._row, Object.fromEntries(written.map((name) => [name, row[name]!])));
    return row;
  }

  #stamp(definition: ObjectDefinition, row: Row): void {
    const { stamp, options } = this.context;
    for (const { name } of definition.fields) {
      if (name === 'SystemModstamp') row[name] = stamp;
      if (options.automation && row[name] != null) continue;
      if (name === 'LastModifiedDate') row[name] = stamp;
      if (name === 'LastModifiedById') row[name] = options.userId;
    }
  }

  log(
    kind: CommitEntry['kind'],
    object: ObjectDefinition,
    recordId: string,
    before: Record<string, unknown> | null,
    after: Record<string, unknown> | null,
    changedFields: string[],
  ): void {
    this.touched.add(object.name);
    this.entries.push({ kind, object: object.name, recordId, before, after, changedFields });
  }
}

/** What an import may set on new rows, by their names on every object. */
export const auditFields = ['CreatedDate', 'CreatedById', 'LastModifiedDate', 'LastModifiedById'];

const stampNames = ['LastModifiedDate', 'LastModifiedById', 'SystemModstamp'];

function defaultsOf(definition: ObjectDefinition): Row {
  const row: Row = {};
  for (const field of definition.fields) {
    if (!isStored(field)) continue;
    const fromPicklist =
      field.type === 'picklist' ? field.picklist.find((value) => value.defaultValue)?.value : undefined;
    row[field.name] = (fromPicklist ?? (field.defaultValue as Row[string]) ?? null) as Row[string];
  }
  return row;
}

function defaultRecordType(db: Database, definition: ObjectDefinition): string | null {
  const type = definition.recordTypes.find((one) => one.isDefault) ?? definition.recordTypes[0]!;
  const found = db
    .prepare('SELECT "Id" AS id FROM "RecordType" WHERE "SobjectType" = ? AND "DeveloperName" = ?')
    .get<{ id: string }>(definition.name, type.developerName);
  return found?.id ?? null;
}

/** `TP-{000000}` and 42 → `TP-000042`. */
export const autoNumber = (format: string, number: number): string =>
  format.replace(/\{(0+)\}/, (_match, zeros: string) => String(number).padStart(zeros.length, '0'));

export const isColumn = (definition: ObjectDefinition, name: string): boolean =>
  definition.fields.some((field) => field.name === name && isStored(field));

/** Stored and given values differ in kind (1 and true, 7 and 7n), never null from 0. */
function same(a: unknown, b: unknown): boolean {
  const [one, other] = [a ?? null, b ?? null];
  if (one === other) return true;
  if (one === null || other === null || typeof one === 'string' || typeof other === 'string') return false;
  return typeof one !== typeof other && Number(one) === Number(other);
}

import type { Database } from '../../../../store/database.ts';
import type { PendingEntry } from '../engine/commit-log.ts';
import { toId18 } from '../ids.ts';
import type { CommitEntry, RowResult, Transaction, WriteOptions } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import { isStored, quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import { checkReferences, checkRequired, checkUnique } from './check-row.ts';
import type { Row } from './derive.ts';
import { deriveValues } from './derive.ts';
import { logValues } from './log-values.ts';
import { matchesOf, prepareValues } from './prepare-values.ts';
import { failedRow, RowRefusal, refuse } from './row-error.ts';
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

/** Row operations inside one commit. A refused row changes nothing and leaves the others alone. */
export class OrgTransaction implements Transaction {
  readonly touched = new Set<string>();
  entries: PendingEntry[] = [];
  readonly #context: TransactionContext;
  #savepoints = 0;

  constructor(context: TransactionContext) {
    this.#context = context;
  }

  insert(object: string, values: Record<string, unknown>): RowResult {
    return this.#attempt(undefined, () => {
      const definition = this.#writable(object, 'createable', 'inserted');
      const row = prepareValues(this.#forValues(), definition, values, 'insert');
      return { success: true, id: this.#insertRow(definition, row), created: true };
    });
  }

  update(object: string, id: string, values: Record<string, unknown>): RowResult {
    return this.#attempt(id, () => {
      const definition = this.#writable(object, 'updateable', 'updated');
      const before = this.#live(definition, id);
      const changes = prepareValues(this.#forValues(), definition, values, 'update');
      this.#updateRow(definition, before, changes);
      return { success: true, id: String(before.Id), created: false };
    });
  }

  upsert(
    object: string,
    externalIdField: string,
    key: string,
    values: Record<string, unknown>,
    options: { updateOnly?: boolean } = {},
  ): RowResult {
    return this.#attempt(undefined, () => {
      const definition = this.#writable(object, 'createable', 'inserted');
      const field = this.#context.schema.field(definition, externalIdField, this.#context.options.userId);
      if (!field || !(field.externalId || field.idLookup)) {
        throw refuse(
          'NOT_FOUND',
          `Provided external ID field does not exist or is not accessible: ${externalIdField}`,
          [],
          404,
        );
      }
      if (field.name === 'Id' && key !== '') return this.update(object, key, values);
      const matches = key === '' ? [] : matchesOf(this.#context.db, definition, field, key);
      if (matches.length > 1) {
        const message = `Multiple records found with external id: ${key}`;
        throw new RowRefusal([{ statusCode: 'DUPLICATE_EXTERNAL_ID', message, fields: [field.name] }], 300, matches);
      }
      if (matches.length === 1) return this.update(object, matches[0]!, values);
      if (options.updateOnly) throw refuse('NOT_FOUND', 'The requested resource does not exist', [], 404);
      const own = key === '' || field.name === 'Id' ? values : { ...values, [field.name]: key };
      const inserted = this.insert(object, own);
      return inserted.success ? inserted : { ...inserted, created: true };
    });
  }

  delete(object: string, id: string): RowResult {
    return this.#attempt(id, () => {
      const definition = this.#writable(object, 'deletable', 'deleted');
      const before = this.#live(definition, id);
      this.#deleteRow(definition, before, String(before.Id));
      return { success: true, id: String(before.Id), created: false };
    });
  }

  hardDelete(object: string, id: string): RowResult {
    return this.#attempt(id, () => {
      const definition = this.#writable(object, 'deletable', 'deleted');
      const id18 = this.#id(definition, id);
      const row = this.#context.rows.find(definition, id18);
      if (!row) throw refuse('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
      if (!row.IsDeleted) this.#deleteRow(definition, row, id18);
      this.#purge(id18);
      return { success: true, id: id18, created: false };
    });
  }

  undelete(object: string, id: string): RowResult {
    return this.#attempt(id, () => {
      const definition = this.#writable(object, 'undeletable', 'undeleted');
      const id18 = this.#id(definition, id);
      const row = this.#context.rows.find(definition, id18);
      if (!row?.IsDeleted) throw refuse('UNDELETE_FAILED', 'Entity is not in the recycle bin', []);
      const { db } = this.#context;
      const together = db
        .prepare('SELECT object, id FROM _deleted WHERE root = ? ORDER BY sequence')
        .all<{ object: string; id: string }>(id18);
      for (const one of together) this.#restore(this.#context.schema.get(one.object), one.id);
      db.prepare('DELETE FROM _deleted WHERE root = ?').run(id18);
      return { success: true, id: id18, created: false };
    });
  }

  merge(object: string, masterId: string, ids: string[]): RowResult {
    return this.#attempt(masterId, () => {
      const definition = this.#writable(object, 'updateable', 'merged');
      if (!definition.mergeable) throw refuse('INVALID_OPERATION', `entity type cannot be merged: ${definition.name}`);
      if (ids.length === 0 || ids.length > 2) throw refuse('INVALID_ARGUMENT', 'merge takes one or two records', []);
      const master = this.#live(definition, masterId);
      for (const id of ids) this.#mergeInto(definition, master, this.#live(definition, id));
      this.#updateRow(definition, this.#live(definition, masterId), {});
      return { success: true, id: String(master.Id), created: false };
    });
  }

  /** The children change parents, then the record goes alone. */
  #mergeInto(definition: ObjectDefinition, master: Row, loser: Row & { _row: number }): void {
    const { db, schema, rows } = this.#context;
    for (const { child, field } of schema.children(definition)) {
      if (!isStored(field) || !field.updateable) continue;
      const moving = db
        .prepare(`SELECT "Id" AS id FROM ${quoteName(child.name)} WHERE ${quoteName(field.name)} = ?`)
        .all<{ id: string }>(loser.Id!);
      for (const { id } of moving) {
        const row = rows.find(child, id)!;
        if (!row.IsDeleted) this.#updateRow(child, row, { [field.name]: master.Id! });
      }
    }
    rows.update(definition, loser._row, { MasterRecordId: master.Id! });
    this.#deleteRow(definition, { ...loser, MasterRecordId: master.Id! }, String(loser.Id));
  }

  savepoint(work: () => boolean): void {
    const { db, rows } = this.#context;
    this.#savepoints += 1;
    const name = `s${this.#savepoints}`;
    const entries = this.entries.length;
    const counts = rows.counts();
    db.exec(`SAVEPOINT ${name}`);
    let keep = false;
    try {
      keep = work();
    } finally {
      if (!keep) {
        db.exec(`ROLLBACK TO ${name}`);
        this.entries.length = entries;
        rows.restoreCounts(counts);
      }
      db.exec(`RELEASE ${name}`);
    }
  }

  /** A refusal becomes a result; whatever the operation had written is undone. */
  #attempt(id: string | undefined, work: () => RowResult): RowResult {
    let result: RowResult | undefined;
    this.savepoint(() => {
      try {
        result = work();
      } catch (error) {
        if (!(error instanceof RowRefusal)) throw error;
        result = failedRow(error, id);
      }
      return result.success;
    });
    return result!;
  }

  #forValues() {
    const { db, schema, options } = this.#context;
    return { db, schema, userId: options.userId };
  }

  #writable(
    name: string,
    right: 'createable' | 'updateable' | 'deletable' | 'undeletable',
    verb: string,
  ): ObjectDefinition {
    const definition = this.#context.schema.find(name);
    if (!definition) {
      throw new SalesforceFault(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
    }
    if (!definition[right])
      throw refuse('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be ${verb}: ${definition.name}`);
    return definition;
  }

  #id(definition: ObjectDefinition, id: string): string {
    const id18 = toId18(id);
    if (!id18) throw refuse('MALFORMED_ID', `malformed id ${id}`, ['Id']);
    if (id18.slice(0, 3) !== definition.keyPrefix) {
      throw refuse('MALFORMED_ID', `${definition.label} ID: id value of incorrect type: ${id}`, ['Id']);
    }
    return id18;
  }

  #live(definition: ObjectDefinition, id: string): Row & { _row: number } {
    if (id === '') throw refuse('MISSING_ARGUMENT', 'Id not specified in an update call', []);
    const id18 = this.#id(definition, id);
    const row = this.#context.rows.find(definition, id18);
    if (!row) {
      const gone = this.#context.db.prepare('SELECT 1 AS gone FROM _deleted WHERE id = ?').get(id18);
      if (gone) throw refuse('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
      throw refuse('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
    }
    if (row.IsDeleted) throw refuse('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
    return row;
  }

  #insertRow(definition: ObjectDefinition, given: Row): string {
    const { db, schema, rows, options, stamp, now } = this.#context;
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
    for (const field of definition.fields) {
      if (field.autoNumber && field.displayFormat) row[field.name] = autoNumber(field.displayFormat, number);
    }
    deriveValues(definition.name, row, null, now);
    checkRequired(definition, row);
    const names = Object.keys(given);
    checkReferences(db, schema, definition, row, names);
    checkUnique(db, definition, row, id, names);
    this.#context.checkRules(definition, row, null);
    rows.insert(definition, row, number);
    this.#log('CREATE', definition, id, null, logValues(definition, row), []);
    return id;
  }

  #updateRow(definition: ObjectDefinition, before: Row & { _row: number }, changes: Row): void {
    const { db, schema, rows, now } = this.#context;
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
    this.#context.checkRules(definition, row, before);
    const changed = Object.keys(row).filter((name) => name !== '_row' && !same(row[name], before[name]));
    this.#stamp(definition, row);
    const stamps = ['LastModifiedDate', 'LastModifiedById', 'SystemModstamp'].filter(
      (name) => !same(row[name], before[name]),
    );
    const written = [...new Set([...changed, ...stamps])].filter(
      (name) => name in before || isColumn(definition, name),
    );
    rows.update(definition, before._row, Object.fromEntries(written.map((name) => [name, row[name] ?? null])));
    // Nothing changed: the platform still stamps the row, and still tells.
    const reported = [...new Set([...changed, 'LastModifiedDate'])].filter((name) => name !== 'SystemModstamp');
    this.#log(
      'UPDATE',
      definition,
      id,
      logValues(definition, before, reported),
      logValues(definition, row, reported),
      reported,
    );
  }

  #stamp(definition: ObjectDefinition, row: Row): void {
    const { stamp, options } = this.#context;
    for (const field of definition.fields) {
      if (field.name === 'LastModifiedDate' || field.name === 'SystemModstamp') row[field.name] = stamp;
      if (field.name === 'LastModifiedById') row[field.name] = options.userId;
    }
  }

  /** Into the bin, with everything that hangs on it. */
  #deleteRow(definition: ObjectDefinition, before: Row & { _row: number }, root: string): void {
    const { db, schema, rows } = this.#context;
    const id = String(before.Id);
    const row: Row = { ...before, IsDeleted: true };
    this.#stamp(definition, row);
    const written = ['IsDeleted', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'].filter((name) =>
      isColumn(definition, name),
    );
    rows.update(definition, before._row, Object.fromEntries(written.map((name) => [name, row[name]!])));
    db.prepare('INSERT OR REPLACE INTO _deleted (object, id, root, at, purged) VALUES (?, ?, ?, ?, 0)').run(
      definition.name,
      id,
      root,
      this.#context.stamp,
    );
    this.#log('DELETE', definition, id, logValues(definition, before), null, []);
    for (const { child, field } of schema.children(definition)) {
      if (!field.cascadeDelete || !isStored(field)) continue;
      const children = db
        .prepare(
          `SELECT "Id" AS id FROM ${quoteName(child.name)} WHERE ${quoteName(field.name)} = ? AND "IsDeleted" = 0`,
        )
        .all<{ id: string }>(id);
      for (const one of children) this.#deleteRow(child, rows.find(child, one.id)!, root);
    }
  }

  #restore(definition: ObjectDefinition, id: string): void {
    const { rows } = this.#context;
    const before = rows.find(definition, id);
    if (!before?.IsDeleted) return;
    const row: Row = { ...before, IsDeleted: false };
    this.#stamp(definition, row);
    const written = ['IsDeleted', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'].filter((name) =>
      isColumn(definition, name),
    );
    rows.update(definition, before._row, Object.fromEntries(written.map((name) => [name, row[name]!])));
    this.#log('UNDELETE', definition, id, null, logValues(definition, row), []);
  }

  /** Out of the bin for good, cascaded rows too. The record of the deletion stays for getDeleted. */
  #purge(root: string): void {
    const { db, schema, rows } = this.#context;
    for (const one of db
      .prepare('SELECT object, id FROM _deleted WHERE root = ?')
      .all<{ object: string; id: string }>(root)) {
      const definition = schema.get(one.object);
      const row = rows.find(definition, one.id);
      if (row) rows.remove(definition, row._row, false);
    }
    db.prepare('UPDATE _deleted SET purged = 1 WHERE root = ?').run(root);
  }

  #log(
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

const isColumn = (definition: ObjectDefinition, name: string): boolean =>
  definition.fields.some((field) => field.name === name && isStored(field));

const same = (a: unknown, b: unknown): boolean =>
  (a ?? null) === (b ?? null) ||
  (typeof a !== typeof b && typeof a !== 'string' && typeof b !== 'string' && Number(a) === Number(b));

import type { PendingEntry } from '../engine/commit-log.ts';
import { toId18 } from '../ids.ts';
import type { RowResult, Transaction } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import { matchesOf, prepareValues } from './prepare-values.ts';
import { failedRow, RowRefusal, refuse } from './row-error.ts';
import { deleteRow, mergeInto, purgeRows, restoreRows } from './row-remover.ts';
import { auditFields, RowWriter, type StoredRow, type TransactionContext } from './row-writer.ts';

/** Row operations inside one commit. A refused row changes nothing and leaves the others alone. */
export class OrgTransaction implements Transaction {
  readonly #context: TransactionContext;
  readonly #writer: RowWriter;
  #savepoints = 0;

  constructor(context: TransactionContext) {
    this.#context = context;
    this.#writer = new RowWriter(context);
  }

  /** Names of the objects whose ids were used or rows changed. */
  get touched(): ReadonlySet<string> {
    return this.#writer.touched;
  }

  get entries(): PendingEntry[] {
    return this.#writer.entries;
  }

  insert(object: string, values: Record<string, unknown>): RowResult {
    return this.#attempt(undefined, () => {
      const definition = this.#writable(object, 'createable', 'inserted');
      const row = prepareValues(this.#forValues(), definition, values, 'insert');
      return { success: true, id: this.#writer.insert(definition, row), created: true };
    });
  }

  update(object: string, id: string, values: Record<string, unknown>): RowResult {
    return this.#attempt(id, () => {
      const definition = this.#writable(object, 'updateable', 'updated');
      const before = this.#live(definition, id);
      const changes = prepareValues(this.#forValues(), definition, values, 'update');
      this.#writer.update(definition, before, changes);
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
      deleteRow(this.#writer, definition, before, String(before.Id));
      return { success: true, id: String(before.Id), created: false };
    });
  }

  hardDelete(object: string, id: string): RowResult {
    return this.#attempt(id, () => {
      const definition = this.#writable(object, 'deletable', 'deleted');
      const id18 = this.#id(definition, id);
      const row = this.#context.rows.find(definition, id18);
      if (!row) throw refuse('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
      if (!row.IsDeleted) deleteRow(this.#writer, definition, row, id18);
      purgeRows(this.#writer, id18);
      return { success: true, id: id18, created: false };
    });
  }

  undelete(object: string, id: string): RowResult {
    return this.#attempt(id, () => {
      const definition = this.#writable(object, 'undeletable', 'undeleted');
      const id18 = this.#id(definition, id);
      const row = this.#context.rows.find(definition, id18);
      if (!row?.IsDeleted) throw refuse('UNDELETE_FAILED', 'Entity is not in the recycle bin', []);
      restoreRows(this.#writer, id18);
      return { success: true, id: id18, created: false };
    });
  }

  merge(object: string, masterId: string, ids: string[]): RowResult {
    return this.#attempt(masterId, () => {
      const definition = this.#writable(object, 'updateable', 'merged');
      if (!definition.mergeable) throw refuse('INVALID_OPERATION', `entity type cannot be merged: ${definition.name}`);
      if (ids.length === 0 || ids.length > 2) throw refuse('INVALID_ARGUMENT', 'merge takes one or two records', []);
      const master = this.#live(definition, masterId);
      for (const id of ids) mergeInto(this.#writer, definition, master, this.#live(definition, id));
      this.#writer.update(definition, this.#live(definition, masterId), {});
      return { success: true, id: String(master.Id), created: false };
    });
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
    return { db, schema, userId: options.userId, ...(options.auditFields && { auditFields }) };
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

  #live(definition: ObjectDefinition, id: string): StoredRow {
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
}

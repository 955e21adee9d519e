import type { Database, SqlValue } from '../../../../store/database.ts';
import { idOfRow } from '../ids.ts';
import { isStored, quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Row } from './derive.ts';

/** Rows in and out of the object tables, ids that are never given twice, and how many rows are live. */
export class RowStore {
  readonly #db: Database;
  readonly #next = new Map<string, number>();
  #counts = new Map<string, number>();

  constructor(db: Database) {
    this.#db = db;
    db.exec('CREATE TABLE IF NOT EXISTS _id_counter (object TEXT PRIMARY KEY, next INTEGER NOT NULL)');
  }

  /** The next row number and id of this object. */
  allot(object: ObjectDefinition): { row: number; id: string } {
    const next = this.#next.get(object.name) ?? this.#storedNext(object);
    this.#next.set(object.name, next + 1);
    return { row: next, id: idOfRow(object.keyPrefix, next) };
  }

  /** Writes the counters down; inside the transaction that used them. */
  saveCounters(objects: Iterable<string>): void {
    const save = this.#db.prepare('INSERT OR REPLACE INTO _id_counter (object, next) VALUES (?, ?)');
    for (const object of objects) save.run(object, this.#next.get(object) ?? 1);
  }

  find(object: ObjectDefinition, id: string): (Row & { _row: number }) | undefined {
    const row = this.#db
      .prepare(`SELECT * FROM ${quoteName(object.name)} WHERE "Id" = ?`)
      .bigints()
      .get(id);
    return row && (plainRow(object, row as Record<string, SqlValue>) as Row & { _row: number });
  }

  insert(object: ObjectDefinition, row: Row, number: number): void {
    const columns = object.fields.filter(isStored).map((field) => field.name);
    const names = ['_row', ...columns.map(quoteName)].join(', ');
    const marks = new Array(columns.length + 1).fill('?').join(', ');
    this.#db
      .prepare(`INSERT INTO ${quoteName(object.name)} (${names}) VALUES (${marks})`)
      .run(number, ...columns.map((name) => row[name] ?? null));
    this.#bump(object, 1);
  }

  update(object: ObjectDefinition, number: number, changes: Row): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    this.#db
      .prepare(
        `UPDATE ${quoteName(object.name)} SET ${names.map((name) => `${quoteName(name)} = ?`).join(', ')} WHERE _row = ?`,
      )
      .run(...names.map((name) => changes[name]!), number);
    if ('IsDeleted' in changes) this.#bump(object, changes.IsDeleted ? -1 : 1);
  }

  remove(object: ObjectDefinition, number: number, wasLive: boolean): void {
    this.#db.prepare(`DELETE FROM ${quoteName(object.name)} WHERE _row = ?`).run(number);
    if (wasLive) this.#bump(object, -1);
  }

  /** Live rows. Counted once, then kept up to date. */
  count(object: ObjectDefinition): number {
    let count = this.#counts.get(object.name);
    if (count === undefined) {
      const live = object.fields.some((field) => field.name === 'IsDeleted') ? ' WHERE "IsDeleted" = 0' : '';
      count = this.#db
        .prepareOnce(`SELECT count(*) AS n FROM ${quoteName(object.name)}${live}`)
        .get<{ n: number }>()!.n;
      this.#counts.set(object.name, count);
    }
    return count;
  }

  /** For undoing: what was counted before. */
  counts(): Map<string, number> {
    return new Map(this.#counts);
  }

  restoreCounts(counts: Map<string, number>): void {
    this.#counts = counts;
  }

  #bump(object: ObjectDefinition, by: number): void {
    const count = this.#counts.get(object.name);
    if (count !== undefined) this.#counts.set(object.name, count + by);
  }

  #storedNext(object: ObjectDefinition): number {
    const stored = this.#db.prepare('SELECT next FROM _id_counter WHERE object = ?').get<{ next: number }>(object.name);
    const last = this.#db
      .prepareOnce(`SELECT max(_row) AS n FROM ${quoteName(object.name)}`)
      .get<{ n: number | null }>()!.n;
    return Math.max(stored?.next ?? 1, (last ?? 0) + 1);
  }
}

/** Booleans as booleans, whole numbers as numbers where they are safe. */
function plainRow(object: ObjectDefinition, row: Record<string, SqlValue>): Row {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) row[name] = Number(value);
  }
  for (const field of object.fields)
    if (field.type === 'boolean' && isStored(field)) row[field.name] = row[field.name] === 1;
  return row;
}

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
// The API of node:sqlite with binaries inside the package; replaced by node:sqlite when Node 20 goes.
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { AmpError } from '../errors/amp-error.ts';
import { obstacleAround } from './obstacle.ts';

export type SqlValue = string | number | bigint | boolean | null | Uint8Array;
export type SqlRow = Record<string, unknown>;

export interface Statement {
  run(...values: SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  get<Row = SqlRow>(...values: SqlValue[]): Row | undefined;
  all<Row = SqlRow>(...values: SqlValue[]): Row[];
  iterate<Row = SqlRow>(...values: SqlValue[]): IterableIterator<Row>;
  /** The same statement with INTEGER columns read as bigint. */
  bigints(): Statement;
}

export interface Database {
  readonly path: string;
  /** Prepared once per text and kept. */
  prepare(sql: string): Statement;
  /** Prepared and not kept: for texts that do not come again. */
  prepareOnce(sql: string): Statement;
  /** Gives SQL a pure function of this name. */
  define(name: string, implementation: (...values: SqlValue[]) => SqlValue): void;
  exec(sql: string): void;
  /**
   * Runs `work` inside BEGIN IMMEDIATE … COMMIT and rolls back when it throws. Nested calls join the outer transaction.
   * `work` is synchronous: a transaction never waits for the network.
   */
  transaction<Result>(work: () => Result): Result;
  readonly inTransaction: boolean;
  /** Ties `hooks` to the open transaction. False, and nothing is kept, when none is open. */
  joinTransaction(hooks: TransactionHooks): boolean;
  /** Called once before the connection closes: the last chance to write what is still in memory. */
  beforeClose(work: () => void): void;
  close(): void;
}

export interface TransactionHooks {
  /** Inside the transaction, after its work: what is written here commits with it. */
  beforeCommit?(): void;
  committed?(): void;
  rolledBack?(): void;
}

export interface OpenOptions {
  /** `FULL` survives a power cut and is the default; `OFF` only for data that can be made again (emulator seeds). */
  synchronous?: 'FULL' | 'NORMAL' | 'OFF';
  readonly?: boolean;
  busyTimeoutMs?: number;
}

/** Opens (and creates, mode 0600 under a 0700 folder) one SQLite file, or `:memory:`. Throws `store-unavailable`. */
export function openDatabase(path: string, options: OpenOptions = {}): Database {
  try {
    if (path !== ':memory:' && !options.readonly) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite creates its files with the umask; ours are private.
    const umask = process.umask(0o077);
    try {
      return new SqliteDatabase(path, options);
    } finally {
      process.umask(umask);
    }
  } catch (error) {
    throw storeError(error, path);
  }
}

/** Messages are hundreds of kilobytes: four times the default page takes half of what it costs to store one. */
const pageBytes = 16_384;
/** Eight times the default, which is 122 of such pages: what many writes touch stays at hand. Taken as it is needed. */
const cacheKib = 16_384;
/** 64 MB of log before it is copied into the file: a page of a backfill alone has a dozen. */
const checkpointPages = 4096;

class SqliteDatabase implements Database {
  readonly path: string;
  readonly #db: DatabaseSyncInstance;
  readonly #statements = new Map<string, Statement>();
  #depth = 0;
  #hooks: TransactionHooks[] = [];
  readonly #beforeClose: (() => void)[] = [];

  constructor(path: string, options: OpenOptions) {
    this.path = path;
    const isNew = path === ':memory:' || !statSync(path, { throwIfNoEntry: false })?.size;
    this.#db = new DatabaseSync(path, options.readonly ? { readOnly: true } : {});
    const synchronous = options.synchronous ?? 'FULL';
    this.#db.exec(
      `PRAGMA busy_timeout=${options.busyTimeoutMs ?? 5000}; PRAGMA foreign_keys=ON; PRAGMA cache_size=-${cacheKib};`,
    );
    if (!options.readonly) {
      // Lets pages go back to the disk in small steps; only a file without tables can be told, and before WAL: to others it is
      // a write, with the lock and the wait for the disk of one. The size of pages comes first: auto_vacuum already writes one.
      if (isNew && synchronous !== 'OFF') {
        this.#db.exec(`PRAGMA page_size=${pageBytes}; PRAGMA auto_vacuum=INCREMENTAL;`);
      }
      if (path !== ':memory:') this.#db.exec('PRAGMA journal_mode=WAL;');
      this.#db.exec(`PRAGMA synchronous=${synchronous}; PRAGMA wal_autocheckpoint=${checkpointPages};`);
    }
  }

  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.prepareOnce(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  prepareOnce(sql: string): Statement {
    try {
      return new SqliteStatement(this.#db, sql, this.path);
    } catch (error) {
      throw storeError(error, this.path);
    }
  }

  define(name: string, implementation: (...values: SqlValue[]) => SqlValue): void {
    this.#db.function(
      name,
      { deterministic: true, varargs: true },
      implementation as (...values: unknown[]) => SqlValue,
    );
  }

  exec(sql: string): void {
    try {
      this.#db.exec(sql);
    } catch (error) {
      throw storeError(error, this.path);
    }
  }

  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work();
    this.exec('BEGIN IMMEDIATE');
    this.#depth++;
    let committed = false;
    try {
      const result = work();
      // A hook may join hooks of its own: the list is read as it grows.
      for (const hook of this.#hooks) hook.beforeCommit?.();
      this.exec('COMMIT');
      committed = true;
      return result;
    } catch (error) {
      try {
        this.#db.exec('ROLLBACK');
      } catch {
        // SQLite has already rolled back by itself (disk full, I/O error); the first error is the one to report.
      }
      throw error;
    } finally {
      this.#depth--;
      const hooks = this.#hooks;
      this.#hooks = [];
      for (const hook of hooks) committed ? hook.committed?.() : hook.rolledBack?.();
    }
  }

  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  joinTransaction(hooks: TransactionHooks): boolean {
    if (this.#depth === 0) return false;
    this.#hooks.push(hooks);
    return true;
  }

  beforeClose(work: () => void): void {
    this.#beforeClose.push(work);
  }

  // The driver has no finalize: SQLite holds the memory and files of a closed connection until its statements are collected, and
  // Node runs such finalizers on turns of the event loop. Code that only awaits promises never gets them back.
  close(): void {
    for (const work of this.#beforeClose.splice(0)) work();
    this.#statements.clear();
    this.#db.close();
  }
}

class SqliteStatement implements Statement {
  readonly #db: DatabaseSyncInstance;
  readonly #sql: string;
  readonly #path: string;
  readonly #statement: ReturnType<DatabaseSyncInstance['prepare']>;
  #bigints: Statement | undefined;

  constructor(db: DatabaseSyncInstance, sql: string, path: string, bigints = false) {
    this.#db = db;
    this.#sql = sql;
    this.#path = path;
    this.#statement = db.prepare(sql);
    if (bigints) this.#statement.setReadBigInts(true);
  }

  run(...values: SqlValue[]) {
    return this.#guard(() => this.#statement.run(...bindable(values))) as ReturnType<Statement['run']>;
  }

  get<Row>(...values: SqlValue[]): Row | undefined {
    return this.#guard(() => this.#statement.get(...bindable(values))) as Row | undefined;
  }

  all<Row>(...values: SqlValue[]): Row[] {
    return this.#guard(() => this.#statement.all(...bindable(values))) as Row[];
  }

  iterate<Row>(...values: SqlValue[]): IterableIterator<Row> {
    return this.#guard(() => this.#statement.iterate(...bindable(values))) as IterableIterator<Row>;
  }

  bigints(): Statement {
    this.#bigints ??= new SqliteStatement(this.#db, this.#sql, this.#path, true);
    return this.#bigints;
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }
}

/** NaN would silently become NULL and booleans differ between bindings: say what is stored. */
function bindable(values: SqlValue[]): (string | number | bigint | null | Uint8Array)[] {
  return values.map((value) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'number' && Number.isNaN(value)) throw new TypeError('NaN cannot be stored');
    return value;
  });
}

function storeError(error: unknown, path: string): AmpError {
  if (error instanceof AmpError) return error;
  const name = (error as { sqliteCodeName?: string }).sqliteCodeName ?? '';
  const message = error instanceof Error ? error.message : String(error);
  if (name.startsWith('SQLITE_FULL')) {
    return new AmpError({ code: 'store-full', message: `No space left while writing ${path}.`, cause: error });
  }
  if (name.startsWith('SQLITE_BUSY')) {
    return new AmpError({ code: 'store-busy', message: `Another process keeps ${path} busy.`, cause: error });
  }
  if (name.startsWith('SQLITE_CORRUPT') || name.startsWith('SQLITE_NOTADB')) {
    return new AmpError({ code: 'store-damaged', message: `${path} is damaged: ${message}.`, cause: error });
  }
  return (
    obstacleAround(path, error) ??
    new AmpError({ code: 'store-unavailable', message: `${path}: ${message}.`, cause: error })
  );
}

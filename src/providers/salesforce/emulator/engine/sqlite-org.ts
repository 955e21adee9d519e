import type { Database } from '../../../../store/database.ts';
import { checkRules } from '../dml/check-rules.ts';
import { OrgTransaction } from '../dml/org-transaction.ts';
import { matchesOf } from '../dml/prepare-values.ts';
import { RowStore } from '../dml/row-store.ts';
import { toId18 } from '../ids.ts';
import type {
  CommitEntry,
  EmulatedOrg,
  EmulatorClock,
  QueryDescription,
  QueryOptions,
  RecordCursor,
  RecordJson,
  RecordKey,
  Transaction,
  WriteOptions,
} from '../org.ts';
import { SalesforceFault } from '../org.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import { QueryEngine } from '../soql/query-engine.ts';
import { SqliteCommitLog } from './commit-log.ts';
import { createDeletedTable, purgeDeletedBefore, recycleBinMs } from './recycle-bin.ts';
import { readDeleted, readUpdated } from './replication.ts';

export interface OrgIdentity {
  orgId: string;
  adminUserId: string;
}

/** The org over one SQLite database; seeding happens before it is handed out. */
export class SqliteOrg implements EmulatedOrg {
  readonly orgId: string;
  readonly adminUserId: string;
  readonly clock: EmulatorClock;
  readonly schema: Schema;
  readonly log: SqliteCommitLog;
  readonly documents: EmulatedOrg['documents'];
  readonly #db: Database;
  readonly #rows: RowStore;
  readonly #queries: QueryEngine;
  readonly #random: () => number;
  #binsCheckedAt = 0;

  constructor(db: Database, clock: EmulatorClock, identity: OrgIdentity, schema: Schema, random: () => number) {
    this.#db = db;
    this.clock = clock;
    this.orgId = identity.orgId;
    this.adminUserId = identity.adminUserId;
    this.schema = schema;
    this.#random = random;
    createDeletedTable(db);
    db.exec('CREATE TABLE IF NOT EXISTS _document (name TEXT PRIMARY KEY, value TEXT NOT NULL)');
    this.#rows = new RowStore(db);
    this.log = new SqliteCommitLog(db);
    this.#queries = new QueryEngine(db, schema, clock);
    this.documents = {
      load: (name) => {
        const row = db.prepare('SELECT value FROM _document WHERE name = ?').get<{ value: string }>(name);
        return row && JSON.parse(row.value);
      },
      save: (name, value) => {
        db.prepare('INSERT OR REPLACE INTO _document VALUES (?, ?)').run(name, JSON.stringify(value));
      },
    };
  }

  query(soql: string, options: QueryOptions): RecordCursor {
    if (options.includeDeleted) this.#emptyOldBins();
    return this.#queries.query(soql, options);
  }

  describeQuery(soql: string, options: QueryOptions): QueryDescription {
    return this.#queries.describe(soql, options);
  }

  search(sosl: string, options: QueryOptions): RecordJson[] {
    return this.#queries.search(sosl, options);
  }

  retrieve(object: string, key: RecordKey, fields: string[] | undefined, options: QueryOptions): RecordJson {
    const definition = this.schema.get(object);
    const id = 'id' in key ? idFor(definition, key.id) : this.#idByExternalId(definition, key, options.userId);
    const found = this.#queries.retrieve(definition, id, fields, options);
    if (!found) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
    return found;
  }

  commit<Result>(options: WriteOptions, work: (transaction: Transaction) => Result): Result {
    const now = this.clock.now();
    const stamp = Math.floor((options.stampedAt ?? now) / 1000) * 1000;
    const transaction = new OrgTransaction({
      db: this.#db,
      schema: this.schema,
      rows: this.#rows,
      options,
      stamp,
      now,
      checkRules: (object, row, before) => checkRules(this.#ruleContext(options), object, row, before),
    });
    const counts = this.#rows.counts();
    let entries: CommitEntry[] = [];
    try {
      const result = this.#db.transaction(() => {
        const done = work(transaction);
        entries = this.log.append(transaction.entries, this.#transactionKey(), now, options);
        this.#rows.saveCounters(transaction.touched);
        return done;
      });
      this.log.publish(entries);
      return result;
    } catch (error) {
      this.#rows.restoreCounts(counts);
      throw error;
    }
  }

  count(object: string): number {
    return this.#rows.count(this.schema.get(object));
  }

  updatedIds(object: string, start: number, end: number) {
    return readUpdated(this.#db, this.schema.get(object), this.#window(start, end));
  }

  deletedRows(object: string, start: number, end: number) {
    return readDeleted(this.#db, this.schema.get(object), this.#window(start, end));
  }

  close(): void {
    this.#db.close();
  }

  /** Rows leave the recycle bin for good after fifteen days on the org's clock; looked after hourly. */
  #emptyOldBins(): void {
    const now = this.clock.now();
    if (now < this.#binsCheckedAt + 3_600_000) return;
    this.#binsCheckedAt = now;
    this.#db.transaction(() => purgeDeletedBefore(this.#db, this.schema, now - recycleBinMs));
  }

  #ruleContext(options: WriteOptions) {
    return {
      db: this.#db,
      schema: this.schema,
      options,
      compilation: () => this.#queries.compilationFor(options.userId),
    };
  }

  #window(start: number, end: number) {
    return { start, end, now: this.clock.now() };
  }

  #idByExternalId(definition: ObjectDefinition, key: { externalId: string; value: string }, userId: string): string {
    const field = this.schema.field(definition, key.externalId, userId);
    if (!field || !(field.externalId || field.idLookup)) {
      const message = `Provided external ID field does not exist or is not accessible: ${key.externalId}`;
      throw new SalesforceFault(404, 'NOT_FOUND', message);
    }
    const matches = field.name === 'Id' ? [key.value] : matchesOf(this.#db, definition, field, key.value);
    if (matches.length > 1) {
      throw new SalesforceFault(300, 'DUPLICATE_EXTERNAL_ID', 'Multiple records match', undefined, { matches });
    }
    if (!matches[0]) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
    return matches[0];
  }

  #transactionKey(): string {
    const hex = (digits: number) =>
      Math.floor(this.#random() * 16 ** digits)
        .toString(16)
        .padStart(digits, '0');
    // The log's own count at the end: a restarted org must never give a key again, clients dedupe by it.
    const count = (this.log.lastSequence + 1).toString(16).padStart(12, '0');
    return `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${count}`;
  }
}

function idFor(definition: ObjectDefinition, id: string): string {
  const id18 = toId18(id);
  if (!id18) {
    const message = `Provided external ID field does not exist or is not accessible: ${id}`;
    throw new SalesforceFault(404, 'NOT_FOUND', message);
  }
  if (id18.slice(0, 3) !== definition.keyPrefix) {
    throw new SalesforceFault(400, 'MALFORMED_ID', `${definition.label} ID: id value of incorrect type: ${id}`, ['Id']);
  }
  return id18;
}

/**
 * The emulated org: one SQLite file with rows, schema and a commit log, behind one interface. Protocol folders (rest, bulk,
 * events, oauth) translate wire calls to these methods and never touch tables. Everything is synchronous: SQLite is local.
 */
export interface EmulatedOrg {
  /** 18 characters. */
  readonly orgId: string;
  /** The user that seeds and administers the org; 18 characters. */
  readonly adminUserId: string;
  readonly clock: EmulatorClock;
  readonly schema: OrgSchema;
  readonly log: CommitLog;
  /** Runs a query. Throws SalesforceFault (MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE, …) with the platform's text. */
  query(soql: string, options: QueryOptions): RecordCursor;
  /** Checks without running; returns the column metadata of `columns=true`. */
  describeQuery(soql: string, options: QueryOptions): QueryDescription;
  search(sosl: string, options: QueryOptions): RecordJson[];
  /** One record by id (15 or 18) or by external id. Throws NOT_FOUND; several matches → `matches` of MultipleMatches. */
  retrieve(object: string, key: RecordKey, fields: string[] | undefined, options: QueryOptions): RecordJson;
  /** One transaction: everything commits with one transaction key and commit number, or nothing does. */
  commit<Result>(options: WriteOptions, work: (transaction: Transaction) => Result): Result;
  /** Rows in the table (not deleted); cheap. */
  count(object: string): number;
  updatedIds(object: string, start: number, end: number): { ids: string[]; latestDateCovered: number };
  deletedRows(
    object: string,
    start: number,
    end: number,
  ): { rows: { id: string; deletedAt: number }[]; earliest: number; latestDateCovered: number };
  /** Small JSON documents kept with the org's data: OAuth grants, channel members. Gone with an in-memory org. */
  readonly documents: { load(name: string): unknown; save(name: string, value: unknown): void };
  close(): void;
}

export interface EmulatorClock {
  /** Milliseconds since the epoch on the org's own clock. */
  now(): number;
  advance(ms: number): void;
}

/** A record as REST JSON: `attributes` first, canonical names, nested parents, child results; whole numbers beyond 2^53 are bigint. */
export type RecordJson = Record<string, unknown>;
export type RecordKey = { id: string } | { externalId: string; value: string };

export interface QueryOptions {
  userId: string;
  /** Such as `66.0`: echoed in attributes.url. */
  apiVersion: string;
  /** queryAll: deleted and archived rows too. */
  includeDeleted?: boolean;
  /** Bulk refuses aggregates, compounds, subqueries, OFFSET …; throws with its codes. */
  bulk?: boolean;
  /** Rows a child list shows before it pages on its own; 2,000 unless said. */
  childPageRows?: number;
  /** Gives the `nextRecordsUrl` of a child list that goes on at `offset`; without it child lists come whole. */
  childUrl?: (open: () => RecordCursor, offset: number) => string;
}

/**
 * An open result: `totalSize` is known, rows come in order, any position can be read again. Which rows belong to it is settled
 * by the query; results of more than one page show values as they are when the page is read, and lack rows deleted for good.
 */
export interface RecordCursor {
  readonly totalSize: number;
  readonly object: string;
  /** REST records from `offset`, at most `limit`; whole numbers beyond 2^53 as bigint. */
  read(offset: number, limit: number): RecordJson[];
  /** The same records as one JSON array text, made by SQLite: the fast way to a response, every digit kept. */
  json(offset: number, limit: number): string;
  /** Bulk CSV of the same rows: header line first, every value quoted, UTF-8, made without per-row objects. */
  csv(offset: number, limit: number, format: CsvFormat): Buffer;
  /** Forgets the result. */
  close(): void;
}

export interface CsvFormat {
  delimiter: string;
  lineEnding: '\n' | '\r\n';
}

export interface QueryDescription {
  columnMetadata: unknown[];
  entityName: string;
  groupBy: boolean;
  idSelected: boolean;
  keyPrefix: string;
}

export interface WriteOptions {
  userId: string;
  /** `com/salesforce/api/rest/66.0;client=amp`, echoed in change events. */
  changeOrigin: string;
  allowDuplicates?: boolean;
  /** A transaction that was held open: rows carry this SystemModstamp although they appear only now (trap 2). */
  stampedAt?: number;
  /** Automation writes: of the stamps only SystemModstamp moves (trap 4). */
  automation?: boolean;
  /** An import that sets audit fields: new rows may bring CreatedDate, LastModifiedDate and their users (trap 4). */
  auditFields?: boolean;
}

export interface Transaction {
  insert(object: string, values: Record<string, unknown>): RowResult;
  update(object: string, id: string, values: Record<string, unknown>): RowResult;
  upsert(
    object: string,
    externalIdField: string,
    key: string,
    values: Record<string, unknown>,
    options?: { updateOnly?: boolean },
  ): RowResult;
  delete(object: string, id: string): RowResult;
  hardDelete(object: string, id: string): RowResult;
  undelete(object: string, id: string): RowResult;
  /** Joins up to two records into a third: their children move, they go to the bin with MasterRecordId set. */
  merge(object: string, masterId: string, ids: string[]): RowResult;
  /** Undoes everything `work` did in it when `work` returns false. */
  savepoint(work: () => boolean): void;
}

export type RowResult =
  | { success: true; id: string; created: boolean }
  | { success: false; id?: string; created?: boolean; status: number; errors: RowError[]; matches?: string[] };

export interface RowError {
  statusCode: string;
  message: string;
  fields: string[];
  /** A value of another type: what bulk results word as `'…' is not a valid value for the type xsd:date`. */
  badValue?: { text: string; soapType: string };
  /** Extra keys of the wire object, such as `duplicateResut`. */
  extra?: Record<string, unknown>;
}

/** The platform's refusal of a whole request: rendered as `[{message, errorCode, fields?}]` with `status`. */
export class SalesforceFault extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly fields: string[] | undefined;
  readonly extra: Record<string, unknown> | undefined;

  constructor(status: number, errorCode: string, message: string, fields?: string[], extra?: Record<string, unknown>) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
    this.extra = extra;
  }
}

export interface OrgSchema {
  /** Canonical name, or undefined. Case-insensitive. */
  objectName(name: string): string | undefined;
  /** Whether a trigger may be written for it, and with it whether it publishes change events. Throws NOT_FOUND. */
  isTriggerable(name: string): boolean;
  describeGlobal(userId: string, apiVersion: string): unknown;
  describe(object: string, userId: string, apiVersion: string): unknown;
  /** Milliseconds of the last change to this object's schema, for conditional requests. */
  changedAt(object?: string): number;
  /** Adds or changes a custom object; admin surface of `amp emulator change`. */
  createObject(definition: { name: string; label?: string; fields?: CustomField[] }): void;
  createField(object: string, field: CustomField): void;
  /** Changes a custom field in place, rows untouched. Throws INVALID_FIELD when there is none. */
  changeField(object: string, field: CustomField): void;
  deleteField(object: string, field: string): void;
  /** Hides a field from a user (field-level security). */
  setFieldAccess(object: string, field: string, userId: string, access: { readable: boolean; editable: boolean }): void;
  /** Refuses rows for which the formula is true; a rule of the same object and name is replaced. */
  setValidationRule(rule: ValidationRule): void;
  /** Finds rows that agree in all fields; a rule of the same object and name is replaced. */
  setDuplicateRule(rule: DuplicateRule): void;
}

export interface ValidationRule {
  object: string;
  name: string;
  /** Salesforce formula; true means the row is wrong. */
  formula: string;
  message: string;
  /** Where the message is shown; the whole record unless said. */
  field?: string;
  active?: boolean;
}

export interface DuplicateRule {
  object: string;
  name: string;
  fields: string[];
  /** The rule only warns: `Sforce-Duplicate-Rule-Header: allowSave=true` saves anyway. */
  allowSave?: boolean;
  /** `Use one of these records?` unless said. */
  message?: string;
  active?: boolean;
}

export interface CustomField {
  name: string;
  label?: string;
  type: string;
  length?: number;
  precision?: number;
  scale?: number;
  externalId?: boolean;
  unique?: boolean;
  required?: boolean;
  picklistValues?: string[];
  restrictedPicklist?: boolean;
  referenceTo?: string;
  relationshipName?: string;
  formula?: string;
  defaultValue?: unknown;
  inlineHelpText?: string;
}

/** Everything that was ever committed, in order. */
export interface CommitLog {
  /** Entries after `sequence` (0 = from the start). */
  read(afterSequence: number, limit: number): CommitEntry[];
  readonly lastSequence: number;
  /** Called synchronously after each commit. Returns a function that stops it. */
  onCommit(listener: (entries: CommitEntry[]) => void): () => void;
}

export interface CommitEntry {
  /** Dense, ascending. */
  sequence: number;
  transactionKey: string;
  /** 1… within the transaction. */
  sequenceNumber: number;
  /** Beyond 2^53. */
  commitNumber: bigint;
  committedAt: number;
  userId: string;
  changeOrigin: string;
  kind: 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';
  object: string;
  recordId: string;
  /** Canonical names: of an UPDATE the changed fields, of a CREATE or UNDELETE every non-null one after, of a DELETE before. */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  changedFields: string[];
}

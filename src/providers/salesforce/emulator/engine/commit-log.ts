import type { Database } from '../../../../store/database.ts';
import type { CommitEntry, CommitLog, WriteOptions } from '../org.ts';

/** What a transaction notes about one change; the commit gives it its place in the log. */
export type PendingEntry = Pick<CommitEntry, 'kind' | 'object' | 'recordId' | 'before' | 'after' | 'changedFields'>;

interface LogRow {
  sequence: bigint;
  transaction_key: string;
  sequence_number: bigint;
  commit_number: bigint;
  committed_at: bigint;
  user_id: string;
  change_origin: string;
  kind: CommitEntry['kind'];
  object: string;
  record_id: string;
  before: string | null;
  after: string | null;
  changed: string;
}

/** Everything committed after the seed, in order, in one table. Commit numbers are larger than a double can hold. */
export class SqliteCommitLog implements CommitLog {
  readonly #db: Database;
  readonly #listeners = new Set<(entries: CommitEntry[]) => void>();
  #last: number;
  #lastCommit: bigint;

  constructor(db: Database) {
    this.#db = db;
    db.exec(`CREATE TABLE IF NOT EXISTS _commit_log (
      sequence INTEGER PRIMARY KEY, transaction_key TEXT NOT NULL, sequence_number INTEGER NOT NULL,
      commit_number INTEGER NOT NULL, committed_at INTEGER NOT NULL, user_id TEXT NOT NULL, change_origin TEXT NOT NULL,
      kind TEXT NOT NULL, object TEXT NOT NULL, record_id TEXT NOT NULL, before TEXT, after TEXT, changed TEXT NOT NULL)`);
    const last = db
      .prepare('SELECT sequence, commit_number FROM _commit_log ORDER BY sequence DESC LIMIT 1')
      .bigints()
      .get<{ sequence: bigint; commit_number: bigint }>();
    this.#last = Number(last?.sequence ?? 0n);
    this.#lastCommit = last?.commit_number ?? 0n;
  }

  get lastSequence(): number {
    return this.#last;
  }

  read(afterSequence: number, limit: number): CommitEntry[] {
    return this.#db
      .prepare('SELECT * FROM _commit_log WHERE sequence > ? ORDER BY sequence LIMIT ?')
      .bigints()
      .all<LogRow>(afterSequence, limit)
      .map(entryOf);
  }

  onCommit(listener: (entries: CommitEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes the entries of one transaction; inside it. */
  append(pending: PendingEntry[], transactionKey: string, committedAt: number, options: WriteOptions): CommitEntry[] {
    if (pending.length === 0) return [];
    const fromTime = BigInt(committedAt) * 1_000_000n + 617_281n;
    const commitNumber = fromTime > this.#lastCommit ? fromTime : this.#lastCommit + 1n;
    const insert = this.#db.prepare('INSERT INTO _commit_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const entries = pending.map(
      (one, i): CommitEntry => ({
        ...one,
        sequence: this.#last + i + 1,
        transactionKey,
        sequenceNumber: i + 1,
        commitNumber,
        committedAt,
        userId: options.userId,
        changeOrigin: options.changeOrigin,
      }),
    );
    for (const entry of entries) {
      insert.run(
        entry.sequence,
        transactionKey,
        entry.sequenceNumber,
        commitNumber,
        committedAt,
        entry.userId,
        entry.changeOrigin,
        entry.kind,
        entry.object,
        entry.recordId,
        entry.before && JSON.stringify(entry.before),
        entry.after && JSON.stringify(entry.after),
        JSON.stringify(entry.changedFields),
      );
    }
    return entries;
  }

  /** After the transaction is on disk. */
  publish(entries: CommitEntry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    this.#last = last.sequence;
    this.#lastCommit = last.commitNumber;
    for (const listener of this.#listeners) listener(entries);
  }
}

function entryOf(row: LogRow): CommitEntry {
  const parse = (text: string | null) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>));
  return {
    sequence: Number(row.sequence),
    transactionKey: row.transaction_key,
    sequenceNumber: Number(row.sequence_number),
    commitNumber: row.commit_number,
    committedAt: Number(row.committed_at),
    userId: row.user_id,
    changeOrigin: row.change_origin,
    kind: row.kind,
    object: row.object,
    recordId: row.record_id,
    before: parse(row.before),
    after: parse(row.after),
    changedFields: JSON.parse(row.changed) as string[],
  };
}

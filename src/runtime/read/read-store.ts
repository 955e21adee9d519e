import type { Database } from '../../store/database.ts';

/** What a read needs to go on after its process has died. Committed together with the output it speaks of. */
export interface Checkpoint {
  api: 'rest' | 'bulk';
  /** Filters and window, safe SOQL: decided once, kept on resume. */
  conditions: string[];
  /** Lower end of the window. */
  fromMs: number | undefined;
  /** Of a scheduled read: scope and object, whose window the next one takes over when this one is not gone on with. */
  scheduledFor?: string;
  /** Org time that the org vouches for at the start: what the watermark becomes at the end. Milliseconds. */
  startedAtMs: number;
  /** Org's count at the start. */
  estimate: number | undefined;
  records: number;
  messages: number;
  /** Bytes of results taken from the org. */
  bytes: number;
  apiCalls: number;
  /** Committed length of an output file. */
  offset: number;
  bulk?: BulkPosition;
  /** Last row committed, in (stamp, Id) order. */
  position?: { stampMs: number | undefined; id: string };
  /** Rows by UTC day of their stamp, for --verify. */
  days?: Record<string, number>;
}

export interface BulkPosition {
  jobId: string;
  /** Rows of the pages committed. */
  rows: number;
  pages: number;
  /** Locator of the next page: `''` is the first one, null means that every page is committed. */
  locator: string | null;
}

export interface ReadRun {
  id: string;
  operationId: string;
  request: unknown;
  checkpoint: Checkpoint;
}

interface RunRow {
  id: string;
  operationId: string;
  request: string;
  checkpoint: string;
}

const runColumns = 'id, operation_id AS operationId, request, checkpoint';

/** The reads of one project's state. All calls join an open transaction. */
export class ReadStore {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** The newest unfinished run of that fingerprint: same rows, same columns, same place to write. */
  findUnfinished(fingerprint: string): ReadRun | undefined {
    return parseRun(
      this.#db
        .prepare(
          `SELECT ${runColumns} FROM read_runs WHERE fingerprint = ? AND state = 'unfinished' ORDER BY created_at DESC LIMIT 1`,
        )
        .get<RunRow>(fingerprint),
    );
  }

  /** By the operation that began it or that worked on it last. */
  findByOperation(operationId: string): (ReadRun & { state: string; fingerprint: string }) | undefined {
    const row = this.#db
      .prepare(`SELECT ${runColumns}, state, fingerprint FROM read_runs WHERE id = ?1 OR operation_id = ?1`)
      .get<RunRow & { state: string; fingerprint: string }>(operationId);
    const run = parseRun(row);
    return run && { ...run, state: row!.state, fingerprint: row!.fingerprint };
  }

  /** Unfinished runs whose request says who started them, oldest first. */
  listUnfinishedOf(startedBy: string): ReadRun[] {
    return this.#db
      .prepare(
        `SELECT ${runColumns} FROM read_runs WHERE state = 'unfinished' AND json_extract(request, '$.startedBy') = ?
         ORDER BY created_at`,
      )
      .all<RunRow>(startedBy)
      .map((row) => parseRun(row)!);
  }

  /** Begins a run; older unfinished ones of the fingerprint are given up. */
  begin(run: ReadRun, fingerprint: string): void {
    this.#db.transaction(() => {
      const now = this.#now();
      this.#db
        .prepare(
          "UPDATE read_runs SET state = 'abandoned', updated_at = ? WHERE fingerprint = ? AND state = 'unfinished'",
        )
        .run(now, fingerprint);
      this.#db
        .prepare("INSERT INTO read_runs VALUES (?, ?, ?, 'unfinished', ?, ?, ?, ?)")
        .run(
          run.id,
          run.operationId,
          fingerprint,
          JSON.stringify(run.request),
          JSON.stringify(run.checkpoint),
          now,
          now,
        );
    });
  }

  /** Unfinished scheduled reads of the scope and object, whatever fields they had: a deploy may have come between. */
  findUnfinishedScheduled(scope: string, object: string): ReadRun[] {
    return this.#db
      .prepare(
        `SELECT ${runColumns} FROM read_runs WHERE state = 'unfinished' AND json_extract(checkpoint, '$.scheduledFor') = ?`,
      )
      .all<RunRow>(scheduledFor(scope, object))
      .map((row) => parseRun(row)!);
  }

  /** Another operation goes on with the run. */
  adopt(runId: string, operationId: string): void {
    this.#db
      .prepare('UPDATE read_runs SET operation_id = ?, updated_at = ? WHERE id = ?')
      .run(operationId, this.#now(), runId);
  }

  save(runId: string, checkpoint: Checkpoint): void {
    this.#db
      .prepare('UPDATE read_runs SET checkpoint = ?, updated_at = ? WHERE id = ?')
      .run(JSON.stringify(checkpoint), this.#now(), runId);
  }

  end(runId: string, state: 'done' | 'abandoned'): void {
    this.#db.prepare('UPDATE read_runs SET state = ?, updated_at = ? WHERE id = ?').run(state, this.#now(), runId);
  }

  watermark(scope: string, object: string): { column: string; stampMs: number } | undefined {
    return this.#db
      .prepare('SELECT column_name AS "column", stamp_ms AS stampMs FROM watermarks WHERE scope = ? AND object = ?')
      .get(scope, object);
  }

  /** Sets or advances the watermark; it never goes back. A read of an org that the installation has left moves nothing. */
  advanceWatermark(scope: string, object: string, to: { column: string; stampMs: number; operationId: string }): void {
    this.#db
      .prepare(
        `INSERT INTO watermarks SELECT ?1, ?2, ?3, ?4, ?5, ?6
         WHERE NOT EXISTS (SELECT 1 FROM installations, operations
           WHERE installations.id = ?1 AND operations.id = ?5 AND substr(operations.org, 1, 18) <> substr(org_id, 1, 18))
         ON CONFLICT DO UPDATE SET column_name = excluded.column_name, stamp_ms = excluded.stamp_ms,
           operation_id = excluded.operation_id, updated_at = excluded.updated_at
         WHERE excluded.stamp_ms > stamp_ms`,
      )
      .run(scope, object, to.column, to.stampMs, to.operationId, this.#now());
  }

  /** Whether this very version of the record went out before. */
  isSeen(scope: string, object: string, version: RecordVersion): boolean {
    const row = this.#db
      .prepare(
        'SELECT stamp_ms AS stampMs FROM read_seen WHERE scope = ? AND object = ? AND record_id = ? AND deleted = ?',
      )
      .get<{ stampMs: number }>(scope, object, version.id, version.deleted);
    return row?.stampMs === version.stampMs;
  }

  /** Whether this record went out as deleted, whatever its stamp was, and has not come back since. */
  isSeenDeleted(scope: string, object: string, recordId: string): boolean {
    const row = this.#db
      .prepare('SELECT 1 FROM read_seen WHERE scope = ? AND object = ? AND record_id = ? AND deleted = ?')
      .get(scope, object, recordId, true);
    return row !== undefined;
  }

  markSeen(scope: string, object: string, versions: readonly RecordVersion[]): void {
    const insert = this.#db.prepare('INSERT OR REPLACE INTO read_seen VALUES (?, ?, ?, ?, ?)');
    const forget = this.#db.prepare(
      'DELETE FROM read_seen WHERE scope = ? AND object = ? AND record_id = ? AND deleted = ?',
    );
    for (const version of versions) {
      // An undeleted row may come back with the stamp it had: its other state is news again.
      forget.run(scope, object, version.id, !version.deleted);
      insert.run(scope, object, version.id, version.deleted, version.stampMs);
    }
  }

  forgetSeenBefore(scope: string, object: string, stampMs: number): void {
    this.#db
      .prepare('DELETE FROM read_seen WHERE scope = ? AND object = ? AND stamp_ms < ?')
      .run(scope, object, stampMs);
  }
}

/** `Checkpoint.scheduledFor`. */
export function scheduledFor(scope: string, object: string): string {
  return `${scope} ${object}`;
}

export interface RecordVersion {
  id: string;
  stampMs: number;
  deleted: boolean;
}

function parseRun(row: RunRow | undefined): ReadRun | undefined {
  return (
    row && {
      id: row.id,
      operationId: row.operationId,
      request: JSON.parse(row.request),
      checkpoint: JSON.parse(row.checkpoint) as Checkpoint,
    }
  );
}

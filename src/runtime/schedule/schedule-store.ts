import type { Database } from '../../store/database.ts';

/** What the scheduler remembers of one object of one installation. Times in milliseconds since the epoch. */
export interface ScheduleRow {
  servedTo: number;
  backfill: 'none' | 'pending' | 'done';
  /** Failed runs in a row. */
  failures: number;
  notBefore: number;
  lastError: string | null;
  /** When the runtime itself paused the object after repeated failures. */
  pausedAt: number | null;
}

/** Synchronous; calls join an open transaction. */
export class ScheduleStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  find(installationId: string, object: string): ScheduleRow | undefined {
    return this.#db
      .prepare(
        `SELECT served_to AS servedTo, backfill, failures, not_before AS notBefore, last_error AS lastError,
           paused_at AS pausedAt FROM scheduled_reads WHERE installation_id = ? AND object = ?`,
      )
      .get<ScheduleRow>(installationId, object);
  }

  save(installationId: string, object: string, row: ScheduleRow): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO scheduled_reads VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        installationId,
        object,
        row.servedTo,
        row.backfill,
        row.failures,
        row.notBefore,
        row.lastError,
        row.pausedAt,
      );
  }

  /** Rows of installations that are gone. */
  forgetRemoved(): void {
    this.#db.prepare('DELETE FROM scheduled_reads WHERE installation_id NOT IN (SELECT id FROM installations)').run();
  }
}

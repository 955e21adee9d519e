import type { Clock } from '../platform/clock.ts';
import { timeOrderedId } from '../platform/ids.ts';
import type { Database } from '../store/database.ts';
import { describeFailure, type Failure, outcomeUnknown } from './failure.ts';
import type { LogWriter } from './log-writer.ts';
import type {
  LogDetails,
  OperationCounts,
  OperationHandle,
  OperationInput,
  OperationStatus,
  Severity,
} from './operation-log.ts';
import { noteOutcome } from './outcomes.ts';
import { isProcessAlive, ownProcessToken } from './process-identity.ts';

export interface OperationWorld {
  db: Database;
  clock: Clock;
  writer: LogWriter;
  clean: { text(text: string): string; details(details: Record<string, unknown>): Record<string, unknown> };
}

/** Inserts the operation, `in_progress` and ours, and gives the handle on it. */
export function startOperation(world: OperationWorld, input: OperationInput): OperationHandle {
  const { db, clock, clean } = world;
  const now = clock.now();
  const id = timeOrderedId('op', now);
  const metadata = clean.details({ ...input.metadata });
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO operations (id, parent_id, action, status, object, project_id, integration, installation_id, config_id,
         group_ref, org, revision, started_by, process, metadata, created_at, updated_at)
       VALUES (?, ?, ?, 'in_progress', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      id,
      input.parentId ?? null,
      input.action,
      input.object ?? null,
      input.projectId ?? null,
      input.integration ?? null,
      input.installationId ?? null,
      input.configId ?? null,
      input.groupRef ?? null,
      input.org ?? null,
      input.revision ?? null,
      input.startedBy,
      ownProcessToken(db.path, now),
      JSON.stringify(metadata),
      now,
      now,
    );
  return new OpenOperation(world, { id, number: Number(lastInsertRowid), metadata, counts: {}, warned: false });
}

/** Takes over an operation in progress that no living process has. */
export function reopenOperation(world: OperationWorld, id: string): OperationHandle | undefined {
  const { db, clock } = world;
  return db.transaction(() => {
    const row = db
      .prepare('SELECT number, status, process, metadata, counts FROM operations WHERE id = ?')
      .get<{ number: number; status: OperationStatus; process: string | null; metadata: string; counts: string }>(id);
    if (row?.status !== 'in_progress') return undefined;
    const own = ownProcessToken(db.path, clock.now());
    if (row.process !== null && row.process !== own && isProcessAlive(db.path, row.process)) return undefined;
    db.prepare('UPDATE operations SET process = ? WHERE number = ?').run(own, row.number);
    return new OpenOperation(world, {
      id,
      number: row.number,
      metadata: JSON.parse(row.metadata),
      counts: JSON.parse(row.counts),
      warned: hasProblems(db, row.number),
    });
  });
}

interface Known {
  id: string;
  number: number;
  metadata: Record<string, unknown>;
  counts: Partial<OperationCounts>;
  /** A warning or an error is among its lines. */
  warned: boolean;
}

function hasProblems(db: Database, number: number): boolean {
  const sql =
    'SELECT 1 FROM log_lines INDEXED BY log_lines_problems_by_source WHERE source = ? AND severity >= 30 LIMIT 1';
  return db.prepare(sql).get(number) !== undefined;
}

/** For a line that comes after the end; a failure is found without. */
export function markWarned(db: Database, number: number): void {
  db.prepare("UPDATE operations SET warned = 1 WHERE number = ? AND status = 'success' AND warned = 0").run(number);
}

/** A class, not closures: a million operations make a million of these. */
class OpenOperation implements OperationHandle {
  readonly id: string;
  readonly #world: OperationWorld;
  readonly #known: Known;
  #ended: OperationStatus | undefined;
  readonly #save = () => this.save();
  readonly #markWarned = () => markWarned(this.#world.db, this.#known.number);

  constructor(world: OperationWorld, known: Known) {
    this.id = known.id;
    this.#world = world;
    this.#known = known;
  }

  debug(message: string, details?: LogDetails): void {
    this.#line('debug', message, details);
  }

  info(message: string, details?: LogDetails): void {
    this.#line('info', message, details);
  }

  warning(message: string, details?: LogDetails): void {
    this.#line('warning', message, details);
  }

  error(message: string, details?: LogDetails): void {
    this.#line('error', message, details);
  }

  progress(counts: Partial<OperationCounts>): void {
    Object.assign(this.#known.counts, counts);
    if (!this.#ended) this.#world.writer.later(this.#save);
  }

  annotate(metadata: Record<string, unknown>): void {
    Object.assign(this.#known.metadata, this.#world.clean.details(metadata));
    // After the end nothing would carry it later.
    if (this.#ended) this.save();
    else this.#world.writer.later(this.#save);
  }

  nameObject(object: string): void {
    this.#world.db.prepare('UPDATE operations SET object = ? WHERE number = ?').run(object, this.#known.number);
  }

  succeed(result: string): void {
    const text = this.#world.clean.text(result);
    if (!this.#ended) this.info(text);
    this.#end('success', text);
  }

  fail(error: unknown): void {
    this.#endWith('failure', 'error', describeFailure(error));
  }

  unknown(result: string): void {
    this.#endWith('unknown', 'warning', outcomeUnknown(result));
  }

  setAside(): void {
    if (this.#ended) return;
    this.save();
    this.#world.db
      .prepare("UPDATE operations SET process = NULL WHERE number = ? AND status = 'in_progress'")
      .run(this.#known.number);
  }

  /** Counts and metadata as they are. */
  save(): void {
    const { db, clock } = this.#world;
    const { counts, metadata, number } = this.#known;
    db.prepare('UPDATE operations SET counts = ?, metadata = ?, updated_at = ? WHERE number = ?').run(
      JSON.stringify(counts),
      JSON.stringify(metadata),
      clock.now(),
      number,
    );
  }

  #line(severity: Severity, message: string, details?: LogDetails): void {
    const { writer } = this.#world;
    writer.line(this.#known.number, severity, message, details, this.id);
    if (severity !== 'warning' && severity !== 'error') return;
    this.#known.warned = true;
    if (this.#ended) writer.later(this.#markWarned);
  }

  #endWith(status: OperationStatus, severity: Severity, described: Failure): void {
    const failure = this.#world.clean.details({ ...described }) as unknown as Failure;
    this.#line(severity, failure.title, { error: failure });
    this.#end(status, failure.title, failure);
  }

  /** The end is written at once, with all lines before it; the first end stands, a second one is only a line. */
  #end(status: OperationStatus, result: string, failure?: Failure): void {
    if (this.#ended) {
      this.warning(`Ended as ${this.#ended} already; now ${status}: ${result}`);
      return;
    }
    const { db, clock, writer } = this.#world;
    const { counts, metadata, number, warned } = this.#known;
    db.transaction(() => {
      this.#ended = status;
      db.joinTransaction({
        rolledBack: () => {
          this.#ended = undefined;
        },
      });
      writer.flush();
      const now = clock.now();
      const { changes } = db
        .prepare(
          `UPDATE OR FAIL operations SET status = ?, result = ?, error = ?, counts = ?, metadata = ?, process = NULL, updated_at = ?,
             ended_at = ?, warned = ? WHERE number = ? AND status = 'in_progress'`,
        )
        .run(
          status,
          result,
          failure ? JSON.stringify(failure) : null,
          JSON.stringify(counts),
          JSON.stringify(metadata),
          now,
          now,
          status === 'success' && warned,
          number,
        );
      if (changes > 0) noteOutcome(db, number, status);
      else this.warning(`Ended by another process already; now ${status}: ${result}`);
    });
  }
}

import type { Clock } from '../platform/clock.ts';
import { timeOrderedId } from '../platform/ids.ts';
import type { Database } from '../store/database.ts';
import { describeFailure, type Failure, outcomeUnknown } from './failure.ts';
import { type LogWriter, logHandle } from './log-writer.ts';
import type { OperationCounts, OperationHandle, OperationInput, OperationStatus } from './operation-log.ts';
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
  return operationHandle(world, { id, number: Number(lastInsertRowid), metadata, counts: {} });
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
    const known = { id, number: row.number, metadata: JSON.parse(row.metadata), counts: JSON.parse(row.counts) };
    return operationHandle(world, known);
  });
}

interface Known {
  id: string;
  number: number;
  metadata: Record<string, unknown>;
  counts: Partial<OperationCounts>;
}

function operationHandle({ db, clock, writer, clean }: OperationWorld, known: Known): OperationHandle {
  const { id, number } = known;
  const log = logHandle(writer, number, id);
  let ended: OperationStatus | undefined;

  const save = () => {
    db.prepare('UPDATE operations SET counts = ?, metadata = ?, updated_at = ? WHERE number = ?').run(
      JSON.stringify(known.counts),
      JSON.stringify(known.metadata),
      clock.now(),
      number,
    );
  };

  /** The end is written at once, with all lines before it; the first end stands, a second one is only a line. */
  const end = (status: OperationStatus, result: string, failure?: Failure) => {
    if (ended) {
      log.warning(`Ended as ${ended} already; now ${status}: ${result}`);
      return;
    }
    db.transaction(() => {
      ended = status;
      db.joinTransaction({
        rolledBack() {
          ended = undefined;
        },
      });
      writer.flush();
      const now = clock.now();
      const changed = db
        .prepare(
          `UPDATE operations SET status = ?, result = ?, error = ?, counts = ?, metadata = ?, process = NULL, updated_at = ?,
             ended_at = ? WHERE number = ? AND status = 'in_progress'`,
        )
        .run(
          status,
          result,
          failure ? JSON.stringify(failure) : null,
          JSON.stringify(known.counts),
          JSON.stringify(known.metadata),
          now,
          now,
          number,
        ).changes;
      if (changed === 0) log.warning(`Ended by another process already; now ${status}: ${result}`);
    });
  };

  return {
    ...log,
    id,
    progress(counts) {
      Object.assign(known.counts, counts);
      if (!ended) writer.later(save);
    },
    annotate(metadata) {
      Object.assign(known.metadata, clean.details(metadata));
      // After the end only the annotation changes, and nothing would carry it later.
      if (ended) save();
      else writer.later(save);
    },
    succeed(result) {
      const text = clean.text(result);
      if (!ended) log.info(text);
      end('success', text);
    },
    fail(error) {
      const failure = clean.details({ ...describeFailure(error) }) as unknown as Failure;
      log.error(failure.title, { error: failure });
      end('failure', failure.title, failure);
    },
    unknown(result) {
      const failure = clean.details({ ...outcomeUnknown(result) }) as unknown as Failure;
      log.warning(failure.title, { error: failure });
      end('unknown', failure.title, failure);
    },
    setAside() {
      if (ended) return;
      save();
      db.prepare("UPDATE operations SET process = NULL WHERE number = ? AND status = 'in_progress'").run(number);
    },
  };
}

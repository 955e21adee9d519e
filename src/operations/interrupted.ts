import { catalog } from '../errors/catalog.ts';
import type { Clock } from '../platform/clock.ts';
import { shellWord } from '../platform/shell-word.ts';
import type { Database } from '../store/database.ts';
import { type Failure, outcomeUnknown } from './failure.ts';
import { severityNumbers } from './log-writer.ts';
import type { ActionType } from './operation-log.ts';
import { noteOutcome } from './outcomes.ts';
import { isProcessAlive } from './process-identity.ts';

/**
 * Ends every operation whose process has died, and answers their ids. Reads and the rest end as `failure` with the command
 * that goes on; a write ends as `unknown`, since the org may have applied it. Operations set aside have no process and stay,
 * but for reads of an installation that is no more; those that are `queued` are the queue's to settle.
 */
export function closeInterruptedOperations(db: Database, clock: Clock): string[] {
  const alive = new Map<string, boolean>();
  const rows = db
    .prepare(
      `SELECT number, id, action, object, group_ref AS groupRef, process, metadata FROM operations
       WHERE status = 'in_progress' AND process IS NOT NULL
         AND json_extract(metadata, '$.queued') IS NOT true`,
    )
    .all<InterruptedRow>();
  const orphans = db
    .prepare(
      `SELECT number, id, action, object, group_ref AS groupRef, process, metadata FROM operations
       WHERE status = 'in_progress' AND process IS NULL AND action = 'read' AND installation_id IS NOT NULL
         AND installation_id NOT IN (SELECT id FROM installations)`,
    )
    .all<InterruptedRow>();
  const dead = rows.filter((row) => {
    const process = row.process!;
    if (!alive.has(process)) alive.set(process, isProcessAlive(db.path, process));
    return !alive.get(process);
  });
  if (dead.length + orphans.length === 0) return [];
  return db.transaction(() =>
    [...dead, ...orphans].filter((row) => closeOne(db, clock.now(), row)).map((row) => row.id),
  );
}

interface InterruptedRow {
  number: number;
  id: string;
  action: ActionType;
  object: string | null;
  groupRef: string | null;
  /** Null: set aside. */
  process: string | null;
  metadata: string;
}

function closeOne(db: Database, now: number, row: InterruptedRow): boolean {
  const unknown = row.action === 'write';
  const failure = unknown
    ? outcomeUnknown('The process ended before the org answered: it may have applied the write.')
    : row.process === null
      ? uninstalled()
      : interrupted(resumeCommand(row));
  // `process` again: another process may have taken it over or closed it meanwhile.
  const { changes } = db
    .prepare(
      `UPDATE operations SET status = ?, result = ?, error = ?, process = NULL, updated_at = ?, ended_at = ?
       WHERE number = ? AND status = 'in_progress' AND process IS ?`,
    )
    .run(unknown ? 'unknown' : 'failure', failure.title, JSON.stringify(failure), now, now, row.number, row.process);
  if (changes === 0) return false;
  noteOutcome(db, row.number, unknown ? 'unknown' : 'failure');
  db.prepare('INSERT INTO log_lines (source, at, severity, message, details) VALUES (?, ?, ?, ?, ?)').run(
    row.number,
    now,
    severityNumbers.error,
    failure.title,
    JSON.stringify({ error: failure }),
  );
  return true;
}

function uninstalled(): Failure {
  const code = 'read-installation-gone';
  const title = 'The installation was removed before the read had ended.';
  return { code, subsystem: 'config', title, causes: [], remedy: catalog[code]!.remedy, retryable: false };
}

function interrupted(resume: string | undefined): Failure {
  const code = 'operation-interrupted';
  const title = 'The process ended before the operation did.';
  return { code, subsystem: 'api', title, causes: [], remedy: resume ?? catalog[code]!.remedy, retryable: true };
}

/** The command that goes on with an interrupted operation: the one it noted itself, else what its kind suggests. */
export function resumeCommand(row: {
  id: string;
  action: string;
  object: string | null;
  groupRef: string | null;
  metadata: string;
}): string | undefined {
  const metadata = JSON.parse(row.metadata) as { resume?: unknown; readType?: unknown };
  if (typeof metadata.resume === 'string') return metadata.resume;
  if (row.action !== 'read' || !row.object) return undefined;
  const group = row.groupRef ? ` --group ${shellWord(row.groupRef)}` : '';
  if (metadata.readType === 'scheduled') return `amp read ${row.object}${group} --scheduled --deliver`;
  if (metadata.readType === 'backfill') return `amp backfill ${row.object}${group} --resume ${row.id}`;
  return undefined;
}

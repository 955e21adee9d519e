import type { Database, SqlValue } from '../store/database.ts';
import { findOperationNumbers, firstRowSince } from './find-operations.ts';
import { severityNumbers } from './log-writer.ts';
import type { Severity } from './operation-log.ts';

/** One stored line with the operation (or stream) it belongs to. */
export interface LogLine {
  /** Grows in the order of commits. */
  number: number;
  at: number;
  severity: Severity;
  message: string;
  details?: Record<string, unknown>;
  operationId?: string;
  object?: string;
  groupRef?: string;
}

export interface LineFilter {
  /** Number of an operation, or minus a stream's. */
  source?: number;
  /** This severe or worse. */
  severity?: Severity;
  /** Milliseconds since the epoch. */
  since?: number;
  until?: number;
  objects?: readonly string[];
  groupRef?: string;
  /** Part of the message or the details, case of ASCII letters does not matter. */
  grep?: string;
  limit: number;
}

/** The newest `limit` lines that match, oldest first. */
export function findLines(db: Database, filter: LineFilter): LogLine[] {
  const rows =
    filter.source === undefined && (filter.objects?.length || filter.groupRef !== undefined)
      ? newestOfOperations(db, filter)
      : newestRows(db, filter, filter.source, 0);
  const owner = lineOwners(db);
  return rows.reverse().map((row) => toLine(row, owner(row.source)));
}

/** Matching lines after line `after`, oldest first, at most `limit`, and the last line looked at. */
export function findLinesAfter(db: Database, filter: LineFilter, after: number): { lines: LogLine[]; last: number } {
  const rows = db
    .prepare('SELECT id, source, at, severity, message, details FROM log_lines WHERE id > ? ORDER BY id LIMIT ?')
    .all<LineRow>(after, filter.limit);
  const owner = lineOwners(db);
  const wanted = filter.objects?.map((object) => object.toLowerCase());
  const needle = filter.grep?.toLowerCase();
  const lines = rows
    .filter((row) => {
      if (filter.source !== undefined && row.source !== filter.source) return false;
      if (filter.severity && row.severity < severityNumbers[filter.severity]) return false;
      if (needle && !`${row.message}\n${row.details ?? ''}`.toLowerCase().includes(needle)) return false;
      if (filter.since !== undefined && row.at < filter.since) return false;
      if (filter.until !== undefined && row.at > filter.until) return false;
      if (!wanted && filter.groupRef === undefined) return true;
      const { object, groupRef } = owner(row.source);
      if (wanted && !(object && wanted.includes(object.toLowerCase()))) return false;
      return filter.groupRef === undefined || groupRef === filter.groupRef;
    })
    .map((row) => toLine(row, owner(row.source)));
  return { lines, last: rows.at(-1)?.id ?? after };
}

/** Number of the newest line, 0 when there is none. */
export function lastLineNumber(db: Database): number {
  return db.prepare('SELECT max(id) AS last FROM log_lines').get<{ last: number | null }>()?.last ?? 0;
}

interface LineRow {
  id: number;
  source: number;
  at: number;
  severity: number;
  message: string;
  details: string | null;
}

/** Newest first, of one source, of several (problems only), or of all. `above`: only lines after this one are of interest. */
function newestRows(
  db: Database,
  filter: LineFilter,
  source: number | readonly number[] | undefined,
  above: number,
): LineRow[] {
  const where: string[] = [];
  const values: SqlValue[] = [];
  let from = 'log_lines';
  const and = (sql: string, ...given: SqlValue[]) => {
    where.push(sql);
    values.push(...given);
  };
  if (typeof source === 'number') and('source = ?', source);
  else if (source) {
    from =
      'json_each(?) AS wanted CROSS JOIN log_lines INDEXED BY log_lines_problems_by_source ON source = wanted.value';
    values.push(JSON.stringify(source));
  }
  if (filter.since !== undefined) {
    const first = firstRowSince(db, probe, filter.since);
    and('log_lines.id > ?', Math.max(above, first - 1));
    and('at >= ?', filter.since);
  } else if (above > 0) and('log_lines.id > ?', above);
  if (filter.until !== undefined) {
    and('log_lines.id < ?', firstRowSince(db, probe, filter.until + 1));
    and('at <= ?', filter.until);
  }
  if (filter.severity) {
    const floor = severityNumbers[filter.severity];
    // Written out, so that SQLite sees that the index of the problems is enough.
    and(floor >= severityNumbers.warning ? `severity >= 30 AND severity >= ${floor}` : `severity >= ${floor}`);
  }
  if (filter.grep) {
    const pattern = `%${filter.grep.replace(/[\\%_]/g, '\\$&')}%`;
    and(`(message LIKE ? ESCAPE '\\' OR details LIKE ? ESCAPE '\\')`, pattern, pattern);
  }
  const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
  return db
    .prepare(`SELECT log_lines.id, source, at, severity, message, details FROM ${from} ${condition}
       ORDER BY log_lines.id DESC LIMIT ?`)
    .all<LineRow>(...values, filter.limit);
}

const probe = 'SELECT id, at FROM log_lines WHERE id >= ? LIMIT 1';
const operationsAtOnce = 10;
const operationsAtOnceForProblems = 500;

/**
 * Lines of an object or a group: walks its operations, newest first, those in progress before all others, and stops once
 * enough lines are found and a further batch brings none that is newer.
 */
function newestOfOperations(db: Database, filter: LineFilter): LineRow[] {
  const operationFilter = {
    ...(filter.objects ? { objects: filter.objects } : {}),
    ...(filter.groupRef === undefined ? {} : { groupRef: filter.groupRef }),
  };
  let best: LineRow[] = [];
  let floor = 0;
  const keepNewest = () => {
    best = best.sort((a, b) => b.id - a.id).slice(0, filter.limit);
    if (best.length === filter.limit) floor = best.at(-1)!.id;
  };
  // A line this severe is most likely in an operation that did not end well; those are few.
  const asksForProblems = filter.severity === 'warning' || filter.severity === 'error';
  const look = (sources: readonly number[]) => {
    let found = 0;
    for (const source of asksForProblems ? [sources] : sources) {
      // Sorted now and then only: often enough that lines too old to count are mostly not read.
      if (best.length >= 2 * filter.limit) keepNewest();
      const rows = newestRows(db, filter, source, floor);
      found += rows.length;
      best.push(...rows);
    }
    keepNewest();
    return found;
  };
  look(streamSources(db, filter));
  const open = findOperationNumbers(db, { ...operationFilter, statuses: ['in_progress'] }, 1_000, noLimit);
  look(open);
  const seen = new Set(open);
  const atOnce = asksForProblems ? operationsAtOnceForProblems : operationsAtOnce;
  const rounds: ('all' | 'problems')[] = asksForProblems ? ['problems', 'all'] : ['all'];
  for (const round of rounds) {
    for (let below = noLimit; ; ) {
      const numbers = findOperationNumbers(
        db,
        round === 'problems' ? { ...operationFilter, statuses: ['failure', 'unknown'] } : operationFilter,
        atOnce,
        below,
      );
      const found = look(numbers.filter((number) => !seen.has(number)));
      for (const number of numbers) seen.add(number);
      if (numbers.length < atOnce) break;
      if (best.length >= filter.limit && found === 0) break;
      if (filter.since !== undefined && startedBefore(db, numbers.at(-1)!, filter.since)) break;
      below = numbers.at(-1)!;
    }
    if (best.length >= filter.limit) break;
  }
  return best;
}

const noLimit = Number.MAX_SAFE_INTEGER;
// No operation writes for longer than this after it started.
const longestOperationMs = 7 * 86_400_000;

function startedBefore(db: Database, number: number, since: number): boolean {
  const row = db.prepare('SELECT created_at AS at FROM operations WHERE number = ?').get<{ at: number }>(number);
  return row !== undefined && row.at < since - longestOperationMs;
}

function streamSources(db: Database, filter: LineFilter): number[] {
  const wanted = filter.objects?.map((object) => object.toLowerCase());
  return db
    .prepare('SELECT number, object, group_ref AS groupRef FROM log_streams')
    .all<{ number: number; object: string | null; groupRef: string | null }>()
    .filter((stream) => !wanted || wanted.includes((stream.object ?? '').toLowerCase()))
    .filter((stream) => filter.groupRef === undefined || stream.groupRef === filter.groupRef)
    .map((stream) => -stream.number);
}

interface Owner {
  operationId?: string;
  object?: string;
  groupRef?: string;
}

/** Looks each source up once. */
function lineOwners(db: Database): (source: number) => Owner {
  const known = new Map<number, Owner>();
  return (source) => {
    let owner = known.get(source);
    if (!owner) {
      const table = source > 0 ? 'operations' : 'log_streams';
      const row = db
        .prepare(
          `SELECT ${source > 0 ? 'id' : 'NULL AS id'}, object, group_ref AS groupRef FROM ${table} WHERE number = ?`,
        )
        .get<{ id: string | null; object: string | null; groupRef: string | null }>(Math.abs(source));
      owner = {
        ...(row?.id ? { operationId: row.id } : {}),
        ...(row?.object ? { object: row.object } : {}),
        ...(row?.groupRef ? { groupRef: row.groupRef } : {}),
      };
      known.set(source, owner);
    }
    return owner;
  };
}

const severityNames = new Map(Object.entries(severityNumbers).map(([name, number]) => [number, name as Severity]));

function toLine(row: LineRow, owner: Owner): LogLine {
  return {
    number: row.id,
    at: row.at,
    severity: severityNames.get(row.severity) ?? 'info',
    message: row.message,
    ...(row.details ? { details: JSON.parse(row.details) as Record<string, unknown> } : {}),
    ...owner,
  };
}

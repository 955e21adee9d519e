import type { Database, SqlValue } from '../store/database.ts';
import { findOperationNumbers, firstRowSince, type OperationFilter } from './find-operations.ts';
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
  const owner = ownersOf(db, rows);
  return rows.reverse().map((row) => toLine(row, owner(row)));
}

/** Matching lines after line `after`, oldest first, at most `limit`, and the last line looked at. */
export function findLinesAfter(db: Database, filter: LineFilter, after: number): { lines: LogLine[]; last: number } {
  const rows = db
    .prepare('SELECT id, source, at, severity, message, details FROM log_lines WHERE id > ? ORDER BY id LIMIT ?')
    .all<LineRow>(after, filter.limit);
  const owner = ownersOf(db, rows);
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
      const { object, groupRef } = owner(row);
      if (wanted && !(object && wanted.includes(object.toLowerCase()))) return false;
      return filter.groupRef === undefined || groupRef === filter.groupRef;
    })
    .map((row) => toLine(row, owner(row)));
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

/** Newest first, of one source, of several, or of all. `above`: only lines after this one are of interest. */
function newestRows(
  db: Database,
  filter: LineFilter,
  source: number | readonly number[] | undefined,
  above: number,
): LineRow[] {
  const where: string[] = [];
  const values: SqlValue[] = [];
  const and = (sql: string, ...given: SqlValue[]) => {
    where.push(sql);
    values.push(...given);
  };
  if (source !== undefined) typeof source === 'number' ? and('source = ?', source) : and('source = wanted.value');
  if (filter.since !== undefined) {
    const first = firstRowSince(db, probe, filter.since);
    and('id > ?', Math.max(above, first - 1));
    and('at >= ?', filter.since);
  } else if (above > 0) and('id > ?', above);
  if (filter.until !== undefined) {
    and('id < ?', firstRowSince(db, probe, filter.until + 1));
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
  const columns = 'source, at, severity, message, details';
  const newest = `${condition} ORDER BY id DESC LIMIT ?`;
  if (source === undefined || typeof source === 'number') {
    return db.prepare(`SELECT id, ${columns} FROM log_lines ${newest}`).all<LineRow>(...values, filter.limit);
  }
  // The newest of each, then the newest of those: of an operation with a million lines no more than wanted are read.
  const index = asksForProblems(filter) ? 'log_lines_problems_by_source' : 'log_lines_by_source';
  return db
    .prepare(
      `SELECT log_lines.id, ${columns} FROM json_each(?) AS wanted
       CROSS JOIN log_lines ON log_lines.id IN (SELECT id FROM log_lines INDEXED BY ${index} ${newest})
       ORDER BY log_lines.id DESC LIMIT ?`,
    )
    .all<LineRow>(JSON.stringify(source), ...values, filter.limit, filter.limit);
}

const probe = 'SELECT id, at FROM log_lines WHERE id >= ? LIMIT 1';
// Most often the first few have enough lines, and the next few none that are newer.
const operationsAtFirst = 10;
const operationsAtMost = 640;

function asksForProblems(filter: LineFilter): boolean {
  return filter.severity === 'warning' || filter.severity === 'error';
}

/**
 * Lines of an object or a group: walks its operations, newest first, those in progress before all others, until enough lines
 * are found. What is newer than the oldest of them decides then: gone through line by line when it is little, else a further
 * batch that brings none that is newer ends it.
 */
function newestOfOperations(db: Database, filter: LineFilter): LineRow[] {
  const operationFilter = {
    ...(filter.objects ? { objects: filter.objects } : {}),
    ...(filter.groupRef === undefined ? {} : { groupRef: filter.groupRef }),
  };
  let best: LineRow[] = [];
  const look = (sources: readonly number[]) => {
    const isFull = best.length >= filter.limit;
    const rows = newestRows(db, filter, sources, isFull ? best.at(-1)!.id : 0);
    best = [...best, ...rows].sort((a, b) => b.id - a.id).slice(0, filter.limit);
    return rows.length;
  };
  look(streamSources(db, filter));
  const open = findOperationNumbers(db, { ...operationFilter, statuses: ['in_progress'] }, 1_000, noLimit);
  look(open);
  const seen = new Set(open);
  // Problems are in the log of what failed, and of what ended well but is marked.
  const rounds: OperationFilter[] = asksForProblems(filter)
    ? [{ statuses: ['failure', 'unknown'] }, { warned: true }]
    : [{}];
  for (const round of rounds) {
    // A failed operation has one such line most often.
    let atOnce = asksForProblems(filter)
      ? Math.max(operationsAtFirst, Math.min(filter.limit, operationsAtMost))
      : operationsAtFirst;
    for (let below = noLimit; ; atOnce = Math.min(atOnce * 2, operationsAtMost)) {
      const numbers = findOperationNumbers(db, { ...operationFilter, ...round }, atOnce, below);
      const found = look(numbers.filter((number) => !seen.has(number)));
      for (const number of numbers) seen.add(number);
      if (numbers.length < atOnce) break;
      if (best.length >= filter.limit) {
        const bound = best.at(-1)!.id;
        if (lastLineNumber(db) - bound <= linesAtOnce) return newestAmong(db, filter, bound);
        if (found === 0) break;
      }
      if (filter.since !== undefined && startedBefore(db, numbers.at(-1)!, filter.since)) break;
      below = numbers.at(-1)!;
    }
  }
  return best;
}

/** The newest of a stretch of lines, whosever they are: an older operation may have logged after all others. */
function newestAmong(db: Database, filter: LineFilter, bound: number): LineRow[] {
  const rows = newestRows(db, { ...filter, limit: linesAtOnce + 1 }, undefined, bound - 1);
  const owner = ownersOf(db, rows);
  const wanted = filter.objects?.map((object) => object.toLowerCase());
  return rows
    .filter((row) => {
      const { object, groupRef } = owner(row);
      return (
        (!wanted || wanted.includes((object ?? '').toLowerCase())) &&
        (filter.groupRef === undefined || groupRef === filter.groupRef)
      );
    })
    .slice(0, filter.limit);
}

/** A thousand lines and their owners take about a millisecond. */
const linesAtOnce = 1_000;
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

const ownersSql = `SELECT number AS source, operations.id, object, group_ref AS groupRef
  FROM json_each(?) AS wanted CROSS JOIN operations ON number = wanted.value
  UNION ALL SELECT -number, NULL, object, group_ref
  FROM json_each(?) AS wanted CROSS JOIN log_streams ON number = -wanted.value`;

/** Looks the sources of all rows up at once. */
function ownersOf(db: Database, rows: readonly LineRow[]): (row: LineRow) => Owner {
  const sources = JSON.stringify([...new Set(rows.map(({ source }) => source))]);
  const owners = new Map<number, Owner>();
  for (const { source, id, object, groupRef } of db.prepare(ownersSql).all<OwnerRow>(sources, sources)) {
    owners.set(source, {
      ...(id ? { operationId: id } : {}),
      ...(object ? { object } : {}),
      ...(groupRef ? { groupRef } : {}),
    });
  }
  return ({ source }) => owners.get(source) ?? {};
}

interface OwnerRow {
  source: number;
  id: string | null;
  object: string | null;
  groupRef: string | null;
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

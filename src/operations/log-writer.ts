import type { Clock } from '../platform/clock.ts';
import type { Database, SqlValue } from '../store/database.ts';
import type { LogDetails, LoggedLine, LogHandle, Severity } from './operation-log.ts';

/**
 * Log lines on their way to the store.
 *
 * Inside a transaction lines wait for its end and commit with it, in one go; if it rolls back they are gone, as is what
 * they spoke of. Outside, they are gathered and written every 100 ms or 500 lines, whichever is first, at the end of an
 * operation and before the database closes. A write that fails keeps its lines for the next one.
 */
export interface LogWriter {
  /** `source`: number of an operation, or minus that of a stream. */
  line(source: number, severity: Severity, message: string, details?: LogDetails, operationId?: string): void;
  /** Runs with the next lines, inside their transaction: counts that are worth writing, but not a write of their own. */
  later(work: () => void): void;
  flush(): void;
}

export const severityNumbers: Record<Severity, number> = { debug: 10, info: 20, warning: 30, error: 40 };

const flushIntervalMs = 100;
const flushLines = 500;
// Beyond this the oldest go: memory has an end too when the disk is full for good.
const keptLines = 100_000;
const rowsAtOnce = 20;
const columns = '(source, at, severity, message, details)';
const insertMany = `INSERT INTO log_lines ${columns} VALUES ${Array(rowsAtOnce).fill('(?, ?, ?, ?, ?)').join(', ')}`;
const insertOne = `INSERT INTO log_lines ${columns} VALUES (?, ?, ?, ?, ?)`;

// Writers with lines in memory when the process exits: one listener for all of them.
const open = new Set<() => void>();
process.once('exit', () => {
  for (const flush of open) flush();
});

export interface LogWriterOptions {
  clock: Clock;
  clean: { text(text: string): string; details(details: Record<string, unknown>): Record<string, unknown> };
  onLine?: (line: LoggedLine) => void;
}

/** A writer on `db`; it flushes by itself when the database closes or the process exits. */
export function createLogWriter(db: Database, options: LogWriterOptions): LogWriter {
  const { clock, clean, onLine } = options;
  // Five values a line, flat: no object per line on the way.
  let gathered: SqlValue[] = [];
  let inTransaction: SqlValue[] = [];
  let postponed = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const write = (values: SqlValue[]) => {
    let at = 0;
    const many = db.prepare(insertMany);
    for (; values.length - at >= rowsAtOnce * 5; at += rowsAtOnce * 5)
      many.run(...values.slice(at, at + rowsAtOnce * 5));
    const one = db.prepare(insertOne);
    for (; at < values.length; at += 5) one.run(...values.slice(at, at + 5));
  };

  /** Joins the open transaction: all that is known goes in with it, and comes back if it does not commit. */
  const join = () => {
    let carried: SqlValue[] = [];
    let work = new Set<() => void>();
    db.joinTransaction({
      beforeCommit() {
        carried = gathered;
        gathered = [];
        work = postponed;
        postponed = new Set();
        const own = inTransaction;
        inTransaction = [];
        write(carried);
        write(own);
        for (const step of work) step();
      },
      rolledBack() {
        inTransaction = [];
        gathered = [...carried, ...gathered];
        postponed = new Set([...work, ...postponed]);
        schedule();
      },
    });
  };

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (closed || (gathered.length === 0 && postponed.size === 0)) return;
    if (db.inTransaction) return join();
    db.transaction(join);
  };

  const schedule = () => {
    if (timer || closed || (gathered.length === 0 && postponed.size === 0)) return;
    timer = setTimeout(() => {
      timer = undefined;
      try {
        flush();
      } catch {
        // Busy or full: the lines are kept, and the next write of the operation itself reports what is wrong.
        gathered = gathered.slice(-keptLines * 5);
        schedule();
      }
    }, flushIntervalMs);
    timer.unref();
  };

  const flushAtExit = () => {
    try {
      flush();
    } catch {
      // The process is going; an end of an operation was written when it happened.
    }
  };
  open.add(flushAtExit);
  db.beforeClose(() => {
    open.delete(flushAtExit);
    flushAtExit();
    closed = true;
    clearTimeout(timer);
  });

  return {
    line(source, severity, message, details, operationId) {
      const text = clean.text(message);
      const facts = details && clean.details(details);
      const at = clock.now();
      onLine?.({
        at,
        severity,
        message: text,
        ...(operationId ? { operationId } : {}),
        ...(facts ? { details: facts } : {}),
      });
      const row = [source, at, severityNumbers[severity], text, facts ? JSON.stringify(facts) : null];
      if (db.inTransaction) {
        if (inTransaction.length === 0) join();
        inTransaction.push(...row);
        return;
      }
      gathered.push(...row);
      if (gathered.length >= flushLines * 5) {
        try {
          flush();
        } catch {
          schedule();
        }
      } else schedule();
    },
    later(work) {
      postponed.add(work);
      schedule();
    },
    flush,
  };
}

/** The four verbs of a log, on one source. `onProblem` runs with each warning or error, in its transaction. */
export function logHandle(writer: LogWriter, source: number, operationId?: string, onProblem?: () => void): LogHandle {
  const log = (severity: Severity) => (message: string, details?: LogDetails) => {
    writer.line(source, severity, message, details, operationId);
    if (onProblem && severityNumbers[severity] >= severityNumbers.warning) writer.later(onProblem);
  };
  return { debug: log('debug'), info: log('info'), warning: log('warning'), error: log('error') };
}

import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { findLines, type LineFilter, type LogLine, lastLineNumber } from './find-lines.ts';
import { followLines } from './follow-lines.ts';
import { describeIncident, findIncidents, type Incident } from './incidents.ts';
import { closeInterruptedOperations } from './interrupted.ts';
import { requireOperation } from './operation-detail.ts';

/** Where `amp logs` hands what it found: text or NDJSON. */
export interface LogPrinter {
  /** What is broken now, newest first; before any line. */
  incidents(incidents: readonly Incident[]): void;
  lines(lines: readonly LogLine[]): void;
  end(summary: { lines: number; incidents: number }): void;
}

export interface LogRequest {
  operationId: string | undefined;
  follow: boolean;
  filter: LineFilter;
}

/** Incidents first, then lines oldest first, then (with `follow`) every line to come until `signal`. Throws `operation-not-found`. */
export async function showLogs(
  db: Database,
  request: LogRequest,
  world: { clock: Clock; signal: AbortSignal },
  printer: LogPrinter,
): Promise<void> {
  closeInterruptedOperations(db, world.clock);
  const operation = request.operationId === undefined ? undefined : requireOperation(db, request.operationId);
  const filter: LineFilter = operation ? { ...request.filter, source: operation.number } : request.filter;
  const incidents = operation ? incidentOf(db, operation) : findIncidents(db, { ...request.filter, limit: 5 });
  printer.incidents(incidents);
  // Taken before the lines are read: a line committed in between is read twice rather than never, and shown once.
  const last = lastLineNumber(db);
  const lines = findLines(db, filter);
  printer.lines(lines);
  let count = lines.length;
  if (request.follow) {
    const shown = new Set(lines.filter((line) => line.number > last).map((line) => line.number));
    for await (const found of followLines(db, filter, last, world)) {
      const more = found.filter((line) => !shown.delete(line.number));
      printer.lines(more);
      count += more.length;
    }
  }
  printer.end({ lines: count, incidents: incidents.length });
}

function incidentOf(db: Database, operation: Parameters<typeof describeIncident>[1]): Incident[] {
  if (operation.status !== 'failure' && operation.status !== 'unknown') return [];
  const open = describeIncident(db, operation);
  // Asked for by name, it is told even when the same thing has worked since.
  return [open ?? { operation, failures: 1, since: operation.createTime }];
}

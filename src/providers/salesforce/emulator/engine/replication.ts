import type { Database } from '../../../../store/database.ts';
import { SalesforceFault } from '../org.ts';
import { quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const maximumIds = 600_000;

/** getUpdated reaches back 30 days, getDeleted 15; both ignore the seconds of their window. */
const updatedReachMs = 30 * dayMs;
const deletedReachMs = 15 * dayMs;

export interface Window {
  start: number;
  end: number;
  latestDateCovered: number;
}

/**
 * Whole minutes, and how far the answer reaches. Throws
 * INVALID_REPLICATION_DATE for a start before the reach or not before the end.
 */
function windowOf(start: number, end: number, now: number, reachMs: number): Window {
  const from = Math.floor(start / minuteMs) * minuteMs;
  const to = Math.floor(end / minuteMs) * minuteMs;
  if (from < now - reachMs) {
    throw new SalesforceFault(400, 'INVALID_REPLICATION_DATE', 'startDate before org replication enabled date');
  }
  if (to <= from) {
    throw new SalesforceFault(400, 'INVALID_REPLICATION_DATE', 'endDate must be greater than startDate');
  }
  const covered = Math.min(to, Math.floor(now / minuteMs) * minuteMs);
  return { start: from, end: to, latestDateCovered: Math.max(from, covered) };
}

export function readUpdated(
  db: Database,
  object: ObjectDefinition,
  window: { start: number; end: number; now: number },
): { ids: string[]; latestDateCovered: number } {
  const { start, end, latestDateCovered } = windowOf(window.start, window.end, window.now, updatedReachMs);
  const live = object.fields.some((field) => field.name === 'IsDeleted') ? ' AND "IsDeleted" = 0' : '';
  const stamp = quoteName(stampOf(object));
  const ids = db
    .prepare(
      `SELECT "Id" AS id FROM ${quoteName(object.name)} WHERE ${stamp} >= ? AND ${stamp} < ?${live} ORDER BY ${stamp}, "Id" LIMIT ${maximumIds + 1}`,
    )
    .all<{ id: string }>(start, end)
    .map((row) => row.id);
  if (ids.length > maximumIds)
    throw new SalesforceFault(400, 'EXCEEDED_ID_LIMIT', 'too many ids in the requested window');
  return { ids, latestDateCovered };
}

/** Histories have no other stamp than when they were made. */
function stampOf({ fields }: ObjectDefinition): string {
  const has = (name: string) => fields.some((field) => field.name === name);
  return ['SystemModstamp', 'LastModifiedDate'].find(has) ?? 'CreatedDate';
}

export function readDeleted(
  db: Database,
  object: ObjectDefinition,
  window: { start: number; end: number; now: number },
): { rows: { id: string; deletedAt: number }[]; earliest: number; latestDateCovered: number } {
  const { start, end, latestDateCovered } = windowOf(window.start, window.end, window.now, deletedReachMs);
  const rows = db
    .prepare('SELECT id, at AS deletedAt FROM _deleted WHERE object = ? AND at >= ? AND at < ? ORDER BY at, id')
    .all<{ id: string; deletedAt: number }>(object.name, start, end);
  const earliest = db.prepare('SELECT min(at) AS at FROM _deleted').get<{ at: number | null }>()!.at;
  return {
    rows,
    earliest: Math.max(earliest ?? window.now - deletedReachMs, window.now - deletedReachMs),
    latestDateCovered,
  };
}

import { type JsonObject, renderJson } from '../../../mapping/json.ts';
import { parseJson } from '../../../mapping/parse-json.ts';
import type { Database } from '../../../store/database.ts';
import type { PreparedRow } from '../prepared.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { WriteRequest } from '../write-request.ts';
import type { QueuedHead, QueuedRow, QueuedWrite, UnpreparedWrite } from './queued-write.ts';

/** A line of queued_writes. */
export interface WriteRow extends Omit<QueuedWrite, 'head' | 'rows' | 'installationId'> {
  installationId: string | null;
  request: string | null;
  head: string | null;
}

export function readWrite(db: Database, { request, head, ...row }: WriteRow): QueuedWrite | UnpreparedWrite {
  const entry = {
    ...row,
    installationId: row.installationId ?? undefined,
    deadlineAt: row.deadlineAt ?? undefined,
    firstSentAt: row.firstSentAt ?? undefined,
    sentAt: row.sentAt ?? undefined,
  };
  if (request !== null) return { ...entry, request: readRequest(request) };
  return { ...entry, head: JSON.parse(head!) as QueuedHead, rows: loadRows(db, row.number) };
}

function loadRows(db: Database, write: number): QueuedRow[] {
  return db
    .prepare('SELECT row, outcome, settled FROM queued_write_rows WHERE write = ? ORDER BY position')
    .all<{ row: string; outcome: string | null; settled: number }>(write)
    .map(({ row, outcome, settled }) => ({
      row: parseJson(row) as unknown as PreparedRow,
      ...(outcome === null ? {} : { outcome: JSON.parse(outcome) as RowOutcome }),
      settled: settled === 1,
    }));
}

/** The record a row changes, the same for an id and in any spelling of a key; creates are strangers to each other. */
export function targetOf({ org, head }: { org: string; head: QueuedHead }, { id, key }: PreparedRow): string | null {
  if (id !== undefined) return `${org} ${head.object} ${id}`;
  if (key !== undefined) return `${org} ${head.object}.${head.keyField} ${key.toLowerCase()}`;
  return null;
}

/** What the guards did on the way is told when a write is accepted, and not kept. */
export const renderRow = (row: PreparedRow) => renderJson({ ...row, notes: [] } as unknown as JsonObject);

export const renderRequest = (request: WriteRequest) => renderJson(request as unknown as JsonObject);
export const readRequest = (text: string) => parseJson(text) as unknown as WriteRequest;
export const batchOf = ({ records }: WriteRequest) => (records.kind === 'batch' ? records.batch : [records.record]);

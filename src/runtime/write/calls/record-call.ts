import type { JsonObject } from '../../../mapping/json.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { CallPlan, SendRow, WriteCall } from './write-call.ts';

/** One record with one call (REST guide, "sObject Rows", "sObject Rows by External ID"). */
export function planRecordCall(plan: CallPlan, row: SendRow): WriteCall {
  const since = earlier(row.unmodifiedSince, plan.headers['if-unmodified-since']);
  return {
    ...recordAddress(plan, row),
    headers: { ...plan.headers, ...(since === undefined ? {} : { 'if-unmodified-since': since }) },
    body: row.verb === 'delete' ? undefined : recordBody(plan, row),
    rows: [row],
    read: (body) => [readRecord(row, body as { id?: string; created?: boolean } | undefined)],
  };
}

/** Of two conditions the stricter one; a date that is none is the org's to refuse. */
function earlier(ours: string | undefined, theirs: string | undefined): string | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  return Date.parse(theirs) >= Date.parse(ours) ? ours : theirs;
}

export function recordAddress({ object, keyField }: CallPlan, row: SendRow): Pick<WriteCall, 'method' | 'path'> {
  if (row.verb === 'insert') return { method: 'POST', path: `sobjects/${object}` };
  if (row.verb === 'delete') return { method: 'DELETE', path: `sobjects/${object}/${row.id}` };
  const place = row.verb === 'update' ? row.id : `${keyField}/${encodeURIComponent(row.key!)}`;
  return { method: 'PATCH', path: `sobjects/${object}/${place}` };
}

/** The address names the key of an upsert; the org refuses it in the body as well. */
export function recordBody({ keyField }: CallPlan, { verb, body }: SendRow): JsonObject {
  if (verb !== 'upsert' || keyField === undefined) return body;
  const { [keyField]: _key, ...fields } = body;
  return fields;
}

function readRecord({ verb, id }: SendRow, answer: { id?: string; created?: boolean } | undefined): RowOutcome {
  const recordId = answer?.id ?? id;
  // Up to API 45 an upsert that updated answers 204 without a body.
  const created = verb === 'upsert' ? (answer?.created ?? false) : undefined;
  return {
    status: 'success',
    ...(recordId === undefined ? {} : { recordId }),
    ...(created === undefined ? {} : { created }),
  };
}

import type { JsonObject } from '../../mapping/json.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import type { SendRow } from './calls/write-call.ts';
import { type FoundRecords, fetchRecords, type Look, lookKey } from './look-up.ts';
import type { PreparedRow, PreparedWrite } from './prepared.ts';
import type { RowOutcome } from './write-outcome.ts';

/**
 * Decides what the guards left open, by looking at the records just before they are written: whether an upsert creates or
 * updates, and which `ifEmpty` fields the org still holds nothing in. A row that rests on such a look is sent under
 * `If-Unmodified-Since` with the stamp that was seen, so that an edit in between is refused by the org (412) and looked at
 * again. Stamps have whole seconds: a record changed in the second of the look could change once more unnoticed, so that
 * second is waited out and the look repeated (REST guide, "Conditional Requests").
 */
export interface SettleWorld {
  client: SalesforceClient;
  clock: Clock;
  signal: AbortSignal;
}

/** Rows to send, and rows whose outcome is known without sending; together one for each of `rows`. */
export interface Settled {
  send: SendRow[];
  known: Map<number, RowOutcome>;
}

const mostLooks = 4;

export async function settleGuards(
  world: SettleWorld,
  prepared: PreparedWrite,
  rows: readonly { at: number; row: PreparedRow }[],
): Promise<Settled> {
  const settled: Settled = { send: [], known: new Map() };
  const open = rows.filter(({ row }) => needsLook(prepared, row));
  for (const { at, row } of rows) if (!needsLook(prepared, row)) settled.send.push(sendPlain(prepared, at, row));
  let waiting = open;
  for (let look = 1; waiting.length > 0; look++) {
    const found = await lookAt(
      world,
      prepared,
      waiting.map(({ row }) => row),
    );
    const fresh = waiting.filter(({ row }) => isFresh(found, recordOf(found, prepared, row), prepared.stampField));
    for (const one of waiting) {
      if (fresh.includes(one)) continue;
      settle(settled, prepared, one.at, one.row, recordOf(found, prepared, one.row));
    }
    if (look === mostLooks) {
      for (const { at } of fresh) settled.known.set(at, alwaysChanging);
      break;
    }
    waiting = fresh;
    if (waiting.length > 0) await world.clock.sleep(1_050, world.signal);
  }
  settled.send.sort((a, b) => a.at - b.at);
  return settled;
}

const alwaysChanging: RowOutcome = {
  status: 'failure',
  again: 'soon',
  error: {
    code: 'salesforce-record-changed',
    message: 'The record is being changed all the time; nothing was written over it.',
  },
};

const notFound: RowOutcome = {
  status: 'failure',
  again: 'never',
  error: {
    code: 'salesforce-not-found',
    message: 'The record does not exist or is hidden from this user, so nobody can say whether its fields are empty.',
  },
};

/** Whether the guards of a row depend on what the org holds. */
export function needsLook({ type }: Pick<PreparedWrite, 'type'>, row: PreparedRow): boolean {
  if (type === 'update') return row.ifEmpty.length > 0;
  if (type !== 'upsert') return false;
  return row.ifEmpty.length > 0 || !sameBody(row.create!, row.update!);
}

function sameBody(one: JsonObject, other: JsonObject): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function sendPlain({ type }: PreparedWrite, at: number, row: PreparedRow): SendRow {
  if (type === 'create') return { at, verb: 'insert', body: row.create! };
  if (type === 'delete') return { at, verb: 'delete', id: row.id!, body: {} };
  if (type === 'update') return { at, verb: 'update', id: row.id!, body: row.update! };
  return { at, verb: 'upsert', key: row.key!, body: row.create! };
}

function lookAt(world: SettleWorld, prepared: PreparedWrite, rows: readonly PreparedRow[]): Promise<FoundRecords> {
  const look: Look = {
    object: prepared.object,
    by: lookBy(prepared),
    fields: [...new Set(rows.flatMap(({ ifEmpty }) => ifEmpty))],
    stampField: prepared.stampField,
    signal: world.signal,
  };
  return fetchRecords(world.client, look, rows.map(soughtValue));
}

const lookBy = ({ type, keyField, keyMatch }: PreparedWrite): Look['by'] =>
  type === 'upsert' ? { field: keyField!, match: keyMatch ?? 'any-case' } : { field: 'Id', match: 'any-case' };

const soughtValue = ({ id, key }: PreparedRow) => (id ?? key)!;

function recordOf(found: FoundRecords, prepared: PreparedWrite, row: PreparedRow): JsonObject | undefined {
  return found.records.get(lookKey(lookBy(prepared), soughtValue(row)));
}

/** Changed within the second of the look. */
function isFresh(found: FoundRecords, record: JsonObject | undefined, stampField: string | undefined): boolean {
  const stamp = stampField === undefined ? undefined : record?.[stampField];
  if (typeof stamp !== 'string' || found.serverTimeMs === undefined) return false;
  return Math.floor(Date.parse(stamp) / 1000) >= Math.floor(found.serverTimeMs / 1000);
}

function settle(
  settled: Settled,
  prepared: PreparedWrite,
  at: number,
  row: PreparedRow,
  record: JsonObject | undefined,
) {
  if (!record) {
    // An upsert becomes a create, safe by its unique key. Of an update only what needs no look is sent: not seen is not empty.
    if (prepared.type === 'upsert') settled.send.push({ at, verb: 'insert', body: row.create! });
    else {
      const body = without(row.update!, row.ifEmpty);
      if (Object.keys(body).length === 0) settled.known.set(at, notFound);
      else settled.send.push({ at, verb: 'update', id: row.id!, body });
    }
    return;
  }
  const id = String(record.Id);
  const held = row.ifEmpty.filter((name) => !isEmpty(record[name]));
  const body = without(row.update!, [...held, ...(prepared.keyField === undefined ? [] : [prepared.keyField])]);
  if (Object.keys(body).length === 0) {
    settled.known.set(at, { status: 'unchanged', recordId: id });
    return;
  }
  const stamp = prepared.stampField === undefined ? undefined : record[prepared.stampField];
  const rests = row.ifEmpty.some((name) => name in body) && typeof stamp === 'string';
  settled.send.push({
    at,
    verb: 'update',
    id,
    body,
    ...(rests ? { unmodifiedSince: new Date(Date.parse(stamp)).toUTCString() } : {}),
  });
}

function without(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

/** Null and empty text are empty; 0 and false are values. */
const isEmpty = (value: unknown) => value === null || value === undefined || value === '';

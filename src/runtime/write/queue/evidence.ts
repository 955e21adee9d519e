import { AmpError } from '../../../errors/amp-error.ts';
import { type Json, JsonNumber, type JsonObject } from '../../../mapping/json.ts';
import type { WriteWorld } from '../execute-write.ts';
import { fetchRecords, type Look, lookKey } from '../look-up.ts';
import type { PreparedRow } from '../prepared.ts';
import type { QueuedWrite } from './queued-write.ts';

/**
 * After a lost answer: what the org holds says whether the write was applied.
 *
 * - `applied`: the record holds our values and has changed since the call began, or a record with our key was made since.
 * - `not-applied`: no record has our key, or the record has not changed since the call began: it may be sent again.
 * - `taken`: a create whose key belonged to a record before the call.
 * - `unclear`: somebody changed the record as well, or the values cannot be compared. Sending again could overwrite them.
 *
 * The call's time is moved to the org's clock by the Date header of the look; stamps have whole seconds, so two seconds
 * around the beginning count as after it.
 */
export type Evidence =
  | { verdict: 'applied'; recordId: string; created?: boolean }
  | { verdict: 'not-applied' }
  | { verdict: 'taken'; recordId: string }
  | { verdict: 'unclear' };

const marginMs = 2_000;
/** Keys in one query: addresses have an end. */
const keysAtOnce = 50;

/** Looks at the records of `positions` (rows that have an id or a key). Throws `salesforce-…` when the look itself failed. */
export async function findEvidence(
  world: WriteWorld,
  write: QueuedWrite,
  positions: readonly number[],
): Promise<Map<number, Evidence>> {
  const { head } = write;
  const by = lookBy(write);
  const makes = head.type !== 'update';
  const evidence = new Map<number, Evidence>();
  for (let start = 0; start < positions.length; start += keysAtOnce) {
    const part = positions.slice(start, start + keysAtOnce);
    const rows = part.map((position) => write.rows[position]!.row);
    const look: Look = {
      object: head.object,
      by,
      fields: [...new Set([...rows.flatMap(comparable), ...(makes ? ['CreatedDate'] : [])])],
      stampField: head.stampField,
      signal: world.signal,
    };
    let found: Awaited<ReturnType<typeof fetchRecords>>;
    try {
      found = await fetchRecords(
        world.client,
        look,
        rows.map((row) => soughtValue(write, row)),
      );
    } catch (error) {
      // A field of the write that can be written but not read, or an object without CreatedDate.
      if (!(error instanceof AmpError) || error.code !== 'salesforce-field-unknown') throw error;
      for (const position of part) evidence.set(position, { verdict: 'unclear' });
      continue;
    }
    const now = world.clock.now();
    const startedAt = write.sentAt! + ((found.serverTimeMs ?? now) - now) - marginMs;
    for (const position of part) {
      const { row } = write.rows[position]!;
      evidence.set(position, judge(write, row, found.records.get(lookKey(by, soughtValue(write, row))), startedAt));
    }
  }
  return evidence;
}

/** Whether the org can be asked what became of this write at all. */
export function canBeLookedUp({ head }: Pick<QueuedWrite, 'head'>): boolean {
  return head.type === 'update' || head.type === 'upsert' || head.createKey !== undefined;
}

function lookBy({ head }: QueuedWrite): Look['by'] {
  if (head.type === 'update') return { field: 'Id', match: 'any-case' };
  if (head.type === 'create') return { field: head.createKey!.field, match: head.createKey!.match ?? 'any-case' };
  return { field: head.keyField!, match: head.keyMatch ?? 'any-case' };
}

function soughtValue({ head }: QueuedWrite, row: PreparedRow): string {
  if (head.type === 'create') return String(row.create![head.createKey!.field]);
  return (row.id ?? row.key)!;
}

function judge({ head }: QueuedWrite, row: PreparedRow, record: JsonObject | undefined, startedAt: number): Evidence {
  // An update of a record that is gone is sent again for the org to say so.
  if (!record) return { verdict: 'not-applied' };
  const recordId = String(record.Id);
  const createdSince = at(record.CreatedDate) >= startedAt;
  if (head.type === 'create')
    return createdSince ? { verdict: 'applied', recordId, created: true } : { verdict: 'taken', recordId };
  // Every field is guarded: sending again overwrites nothing.
  const guarded = row.update !== undefined && Object.keys(row.update).every((name) => row.ifEmpty.includes(name));
  const changedAt = head.stampField === undefined ? Number.NaN : at(record[head.stampField]);
  if (changedAt < startedAt) return { verdict: 'not-applied' };
  const bodies = [row.update, head.type === 'upsert' ? row.create : undefined].filter((body) => body !== undefined);
  if (bodies.some((body) => holds(record, body, row.ifEmpty, head.keyField)))
    return { verdict: 'applied', recordId, ...(head.type === 'upsert' ? { created: createdSince } : {}) };
  return guarded ? { verdict: 'not-applied' } : { verdict: 'unclear' };
}

const at = (stamp: Json | undefined) => (typeof stamp === 'string' ? Date.parse(stamp) : Number.NaN);

/** Fields whose values can be compared: not references by a parent's key. */
function comparable({ create, update }: PreparedRow): string[] {
  return Object.entries({ ...create, ...update })
    .filter(([, value]) => !isNested(value))
    .map(([name]) => name);
}

const isNested = (value: Json) => typeof value === 'object' && value !== null && !(value instanceof JsonNumber);

/** Guarded fields may hold what was there before; any other must hold what we sent. */
function holds(
  record: JsonObject,
  body: JsonObject,
  ifEmpty: readonly string[],
  keyField: string | undefined,
): boolean {
  return Object.entries(body).every(
    ([name, value]) =>
      name === keyField || ifEmpty.includes(name) || (!isNested(value) && sameValue(value, record[name] ?? null)),
  );
}

/** As the org stores it: blank is null, numbers by value, times by moment, ids in either length. */
export function sameValue(ours: Json, theirs: Json): boolean {
  if (isBlank(ours) || isBlank(theirs)) return isBlank(ours) && isBlank(theirs);
  if (typeof ours === 'boolean' || typeof theirs === 'boolean') return String(ours) === String(theirs);
  const [left, right] = [String(ours).trim(), String(theirs).trim()];
  if (left === right) return true;
  if (isNumber(ours) || isNumber(theirs)) return Number(left) === Number(right);
  if (/^\d{4}-\d\d-\d\dT/.test(left) && /^\d{4}-\d\d-\d\dT/.test(right)) return Date.parse(left) === Date.parse(right);
  return /^[A-Za-z0-9]{18}$/.test(right) && left.length === 15 && right.startsWith(left);
}

const isBlank = (value: Json) => value === null || (typeof value === 'string' && value.trim() === '');
const isNumber = (value: Json) => typeof value === 'number' || value instanceof JsonNumber;

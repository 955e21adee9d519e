import type { JsonObject } from '../../mapping/json.ts';
import { planCalls } from './calls/plan-calls.ts';
import type { SendRow } from './calls/write-call.ts';
import { callPlanOf, type WriteWorld } from './execute-write.ts';
import type { FieldNote, PreparedWrite, WriteError } from './prepared.ts';
import { settleGuards } from './settle-guards.ts';

/** What a write would do. The org was at most read. */
export interface DryRun {
  dryRun: true;
  type: PreparedWrite['type'];
  object: string;
  /** Calls in order, exactly as they would go out. `path` starts at the instance. */
  requests: { method: string; path: string; headers: Record<string, string>; body?: JsonObject; records: number[] }[];
  /** Records in the order of the request. */
  records: DryRecord[];
  warnings: string[];
}

export interface DryRecord {
  index: number;
  /** `held`: the org holds a value in each of its fields, so nothing would be sent. */
  outcome: 'create' | 'update' | 'upsert' | 'delete' | 'held' | 'refused';
  id?: string;
  key?: string;
  /** What happens to each name, and to each field a default fills in. */
  fields: FieldNote[];
  error?: WriteError;
}

/** Settles the guards as a real write would, and shows the calls instead of making them. */
export async function dryRunWrite(world: WriteWorld, prepared: PreparedWrite): Promise<DryRun> {
  const open = prepared.rows.flatMap((row, at) => (row.problem ? [] : [{ at, row }]));
  const { send, known } = await settleGuards(world, prepared, open);
  const isAtomic = prepared.allOrNone && prepared.rows.length > 1;
  const isRefused = isAtomic && open.length < prepared.rows.length;
  const plan = callPlanOf(prepared, world.client);
  const calls = isRefused || send.length === 0 ? [] : planCalls(plan, send);
  const records = prepared.rows.map((row, at): DryRecord => {
    const sent = send.find((one) => one.at === at);
    const outcome = known.get(at);
    const error = row.problem ?? (outcome && 'error' in outcome ? outcome.error : undefined);
    return {
      index: row.index,
      outcome: error ? 'refused' : sent ? outcomeOf(sent.verb) : 'held',
      ...((sent?.id ?? row.id) ? { id: (sent?.id ?? row.id)! } : {}),
      ...(row.key === undefined ? {} : { key: row.key }),
      fields: row.notes.map((note) => settledNote(note, sent?.body)),
      ...(error ? { error } : {}),
    };
  });
  return {
    dryRun: true,
    type: prepared.type,
    object: prepared.object,
    requests: calls.map(({ method, path, headers, body, rows }) => ({
      method,
      path: `/services/data/v${plan.apiVersion}/${path}`,
      headers,
      ...(body ? { body } : {}),
      records: rows.map(({ at }) => prepared.rows[at]!.index),
    })),
    records,
    warnings: prepared.warnings,
  };
}

/** Said as in `--type`. */
function outcomeOf(verb: SendRow['verb']): DryRecord['outcome'] {
  return verb === 'insert' ? 'create' : verb;
}

/** `ifEmpty` after the look: sent, or held back because the org holds a value. */
function settledNote(note: FieldNote, body: JsonObject | undefined): FieldNote {
  if (note.effect !== 'if-empty') return note;
  const isSent = note.field !== undefined && body !== undefined && Object.hasOwn(body, note.field);
  return { ...note, effect: isSent ? 'was-empty' : 'not-empty' };
}

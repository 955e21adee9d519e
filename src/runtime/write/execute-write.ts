import type { Clock } from '../../platform/clock.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import type { PreparedRow, PreparedWrite } from './prepared.ts';
import { mostCollectionRows, sendCollection } from './send-collection.ts';
import { sendConditionally } from './send-conditionally.ts';
import { sendRecord } from './send-record.ts';
import type { SendPlan, SendRow } from './send-row.ts';
import { settleGuards } from './settle-guards.ts';
import type { RowOutcome, WriteAttempt } from './write-outcome.ts';

export interface WriteWorld {
  client: SalesforceClient;
  clock: Clock;
  /** Ends waiting and looking; a call that has begun to write is never cut. */
  signal: AbortSignal;
}

/**
 * Makes ONE attempt at a write and says for each row what became of it; nothing is sent twice in here, so that whoever calls
 * counts attempts and keeps deadlines. `only` limits it to some rows (positions in `prepared.rows`): the others stand as
 * `rolled-back` and are for the caller to keep from the attempt before. Throws `org-…` when the sign-in is over, and
 * `salesforce-…` when the look at the records failed (nothing was sent then).
 */
export async function executeWrite(
  world: WriteWorld,
  prepared: PreparedWrite,
  only?: ReadonlySet<number>,
): Promise<WriteAttempt> {
  const callsBefore = world.client.apiCalls;
  const outcomes: RowOutcome[] = prepared.rows.map(() => ({ status: 'rolled-back' }));
  const open: { at: number; row: PreparedRow }[] = [];
  for (const [at, row] of prepared.rows.entries()) {
    if (only && !only.has(at)) continue;
    if (row.problem) outcomes[at] = { status: 'failure', error: row.problem, again: 'never' };
    else open.push({ at, row });
  }
  const isAtomic = prepared.allOrNone && prepared.rows.length > 1;
  if (!(isAtomic && open.length < prepared.rows.length)) {
    const { send, known } = await settleGuards(world, prepared, open);
    for (const [at, outcome] of known) outcomes[at] = outcome;
    const isStopped = isAtomic && [...known.values()].some(({ status }) => status === 'failure');
    if (!isStopped) {
      const sent = await sendRows(world, prepared, send);
      for (const [index, { at }] of send.entries()) outcomes[at] = sent[index]!;
    }
  }
  return { outcomes, apiCalls: world.client.apiCalls - callsBefore };
}

/** The fewest calls that keep what was promised: one record, a collection, or parts under a condition each. */
async function sendRows(world: WriteWorld, prepared: PreparedWrite, rows: readonly SendRow[]): Promise<RowOutcome[]> {
  const { client, clock } = world;
  const plan: SendPlan = {
    object: prepared.object,
    keyField: prepared.keyField,
    headers: prepared.headers,
    allOrNone: prepared.allOrNone,
  };
  const now = () => clock.now();
  if (rows.length === 1) return [await sendRecord(client, plan, rows[0]!, now)];
  if (rows.some(({ unmodifiedSince }) => unmodifiedSince !== undefined))
    return sendConditionally(client, plan, rows, now);
  const outcomes: RowOutcome[] = [];
  for (let start = 0; start < rows.length; start += mostCollectionRows) {
    const chunk = rows.slice(start, start + mostCollectionRows);
    outcomes.push(...(await sendCollection(client, plan, chunk, now)));
  }
  return outcomes;
}

import { AmpError } from '../../errors/amp-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { makeCall } from './calls/make-call.ts';
import { planCalls } from './calls/plan-calls.ts';
import type { CallPlan, SendRow } from './calls/write-call.ts';
import type { PreparedRow, PreparedWrite, WriteError } from './prepared.ts';
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
      const calls = planCalls(callPlanOf(prepared, world.client), send);
      for (const [number, call] of calls.entries()) {
        const made = await makeCall(world.client, call, world.clock.now()).catch((error: unknown) => {
          // What the calls before did is told, whatever has ended the sign-in since.
          if (number === 0 || !(error instanceof AmpError)) throw error;
          return call.rows.map((): RowOutcome => notSent(error));
        });
        for (const [index, row] of call.rows.entries()) outcomes[row.at] = readOutcome(prepared, row, made[index]!);
      }
    }
  }
  return { outcomes, apiCalls: world.client.apiCalls - callsBefore };
}

/**
 * The outcome in the words of what was asked. A row that rested on a look which no longer holds is worth another look. An
 * upsert says whether the record is new, also where the guards have turned it into a create or an update.
 */
function readOutcome(prepared: PreparedWrite, row: SendRow, outcome: RowOutcome): RowOutcome {
  if (outcome.status === 'failure' && isOvertaken(prepared, row, outcome.error)) return { ...outcome, again: 'soon' };
  if (prepared.type !== 'upsert' || outcome.status !== 'success' || outcome.created !== undefined) return outcome;
  return { ...outcome, created: row.verb === 'insert' };
}

/** Somebody changed the record, or created the one with this key, since it was looked at. */
function isOvertaken({ type, keyField }: PreparedWrite, row: SendRow, { code, message }: WriteError): boolean {
  if (code === 'salesforce-record-changed') return row.unmodifiedSince !== undefined;
  const isInsertOfKey = type === 'upsert' && row.verb === 'insert';
  return isInsertOfKey && code === 'salesforce-duplicate-value' && message.includes(keyField!);
}

const notSent = ({ code, message }: AmpError): RowOutcome => ({
  status: 'failure',
  error: { code, message },
  again: 'never',
});

/** How the calls of a write look, whatever its rows. */
export function callPlanOf(prepared: PreparedWrite, client: SalesforceClient): CallPlan {
  const { object, keyField, headers, allOrNone } = prepared;
  return { object, keyField, headers, allOrNone, apiVersion: client.apiVersion };
}

import { executeWrite, type WriteWorld } from '../execute-write.ts';
import type { PreparedRow, PreparedWrite } from '../prepared.ts';
import type { RowOutcome, WriteAttempt } from '../write-outcome.ts';
import { preparedOf, type QueuedWrite, type SendWay } from './queued-write.ts';
import { sendKeyedCreate } from './send-keyed.ts';

/**
 * One attempt at the rows `positions`, the way the write says. `fallBack` is called before a create that the UI API does not
 * take goes the plain way. Outcomes of other rows mean nothing. Throws like executeWrite.
 */
export async function attemptQueued(
  world: WriteWorld,
  write: QueuedWrite,
  positions: readonly number[],
  fallBack: () => void,
): Promise<WriteAttempt> {
  if (write.way === 'keyed') {
    const { row, outcome: lost } = write.rows[0]!;
    const create = { object: write.head.object, body: row.create!, key: write.head.idempotencyKey! };
    const before = world.client.apiCalls;
    const outcome = await sendKeyedCreate(world.client, create, () => world.clock.now());
    const isInDoubt = lost?.status === 'unknown';
    if (outcome !== 'unsupported') {
      const isDoubtful = isInDoubt && isTurnedAway(outcome);
      return { outcomes: [isDoubtful ? lost : outcome], apiCalls: world.client.apiCalls - before };
    }
    fallBack();
    // The call before is still unanswered, and the plain way could make a second record.
    if (isInDoubt) return { outcomes: [lost], apiCalls: world.client.apiCalls - before };
  }
  return executeWrite(world, inWay(write, write.way === 'upsert' ? 'upsert' : 'plain'), new Set(positions));
}

const turnedAway = new Set([
  'salesforce-unreachable',
  'salesforce-unavailable',
  'salesforce-rate-limited',
  'salesforce-concurrency-limited',
]);

/** Refused at the door, before anybody looked at the key: it says nothing about what an earlier call has done. */
function isTurnedAway(outcome: RowOutcome): boolean {
  return outcome.status === 'failure' && turnedAway.has(outcome.error.code ?? '');
}

/** A create that is repeated goes as an upsert by its external id: should the first one arrive after all, it is the same record. */
function inWay(write: QueuedWrite, way: SendWay): PreparedWrite {
  const prepared = preparedOf(write);
  const { createKey } = write.head;
  if (way !== 'upsert' || !createKey) return prepared;
  const rows = prepared.rows.map(
    (row): PreparedRow => ({ ...row, key: String(row.create![createKey.field]), update: row.create! }),
  );
  return {
    ...prepared,
    type: 'upsert',
    keyField: createKey.field,
    ...(createKey.match ? { keyMatch: createKey.match } : {}),
    rows,
  };
}

/** No process is left that could know: what a call under way at a kill stands for. */
export const interruptedOutcome: RowOutcome = {
  status: 'unknown',
  error: {
    code: 'operation-outcome-unknown',
    message: 'The process ended before the org answered: it may have applied the write.',
  },
};

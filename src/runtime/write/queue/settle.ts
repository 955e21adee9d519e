import type { RowOutcome } from '../write-outcome.ts';
import { canBeLookedUp, type Evidence } from './evidence.ts';
import { isAtomic, type QueuedRow, type QueuedWrite } from './queued-write.ts';

/**
 * States of a queued record (pure; the queue moves them):
 *
 *   waiting ──attempt──▶ written, unchanged, refused for good, rolled back     settled
 *      ▲                 turned away for now                                   waiting
 *      │                 answer lost, and the org cannot be asked              settled, unknown
 *      │                 answer lost, and it can                               in doubt
 *   in doubt ──look──▶   applied                                               settled, written
 *                        not applied                                           waiting
 *                        unclear                                               settled, unknown
 *
 * The records of an all-or-nothing write settle together.
 */

/** Rows after an attempt at `positions`. */
export function settleAttempt(
  write: QueuedWrite,
  positions: readonly number[],
  outcomes: readonly RowOutcome[],
): QueuedRow[] {
  const rows = write.rows.map((row, at) => (positions.includes(at) ? { ...row, outcome: outcomes[at]! } : row));
  if (isAtomic(write)) {
    const isOpen = rows.some(({ outcome }) => isRetryable(write, outcome!)) && !rows.some(isRefused);
    return rows.map((row) => ({ ...row, settled: !isOpen }));
  }
  return rows.map((row, at) => (positions.includes(at) ? { ...row, settled: !isRetryable(write, row.outcome!) } : row));
}

/** Rows after a look at those in doubt. */
export function settleEvidence(write: QueuedWrite, evidence: ReadonlyMap<number, Evidence>): QueuedRow[] {
  const verdicts = [...evidence.values()].map(({ verdict }) => verdict);
  if (isAtomic(write)) {
    // One transaction: what is true of one record is true of all.
    if (verdicts.includes('not-applied')) return write.rows.map((row) => reopened(row));
    const isApplied = verdicts.includes('applied') && !verdicts.includes('taken');
    return write.rows.map((row, at) => {
      const found = evidence.get(at)!;
      if (isApplied) return { ...row, outcome: appliedOutcome(found), settled: true };
      return found.verdict === 'taken' ? taken(row, found.recordId) : { ...row, settled: true };
    });
  }
  return write.rows.map((row, at) => {
    const found = evidence.get(at);
    if (!found) return row;
    if (found.verdict === 'applied') return { ...row, outcome: appliedOutcome(found), settled: true };
    if (found.verdict === 'not-applied') return reopened(row);
    if (found.verdict === 'taken') return taken(row, found.recordId);
    return { ...row, settled: true };
  });
}

export const isInDoubt = ({ outcome, settled }: QueuedRow) => !settled && outcome?.status === 'unknown';

function isRetryable(write: QueuedWrite, outcome: RowOutcome): boolean {
  if (outcome.status === 'failure') return outcome.again !== 'never';
  if (outcome.status !== 'unknown') return false;
  return write.way === 'keyed' || canBeLookedUp(write);
}

const isRefused = ({ outcome }: QueuedRow) => outcome?.status === 'failure' && outcome.again === 'never';

function reopened(row: QueuedRow): QueuedRow {
  const { outcome: _lost, ...rest } = row;
  return { ...rest, settled: false };
}

function appliedOutcome(found: Evidence): RowOutcome {
  if (found.verdict !== 'applied') return { status: 'success' };
  const { recordId, created } = found;
  return { status: 'success', recordId, ...(created === undefined ? {} : { created }) };
}

function taken(row: QueuedRow, recordId: string): QueuedRow {
  const error = {
    code: 'salesforce-duplicate-value',
    providerCode: 'DUPLICATE_VALUE',
    message: `A record with this external id was there before: ${recordId}.`,
  };
  return { ...row, outcome: { status: 'failure', again: 'never', error }, settled: true };
}

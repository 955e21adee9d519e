import type { CommitEntry, EmulatedOrg } from './org.ts';

/** One committed change, as `amp emulator ledger` exports it: what a test compares a client's copy with. */
export interface LedgerEntry {
  sequence: number;
  at: string;
  transactionKey: string;
  sequenceNumber: number;
  /** Text: beyond 2^53. */
  commitNumber: string;
  kind: CommitEntry['kind'];
  object: string;
  recordId: string;
  userId: string;
  changeOrigin: string;
  changedFields: string[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

const pageEntries = 1000;

/** Every change after `sequence`, oldest first, read page by page. */
export function* readLedger(org: EmulatedOrg, afterSequence = 0): Iterable<LedgerEntry> {
  for (let after = afterSequence; ; ) {
    const entries = org.log.read(after, pageEntries);
    for (const entry of entries) yield ledgerEntry(entry);
    const last = entries.at(-1);
    if (!last || entries.length < pageEntries) return;
    after = last.sequence;
  }
}

function ledgerEntry(entry: CommitEntry): LedgerEntry {
  const { committedAt, commitNumber, ...rest } = entry;
  return {
    sequence: rest.sequence,
    at: new Date(committedAt).toISOString(),
    transactionKey: rest.transactionKey,
    sequenceNumber: rest.sequenceNumber,
    commitNumber: String(commitNumber),
    kind: rest.kind,
    object: rest.object,
    recordId: rest.recordId,
    userId: rest.userId,
    changeOrigin: rest.changeOrigin,
    changedFields: rest.changedFields,
    before: rest.before,
    after: rest.after,
  };
}

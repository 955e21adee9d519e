import type { PreparedWrite } from './prepared.ts';
import type { RowOutcome } from './write-outcome.ts';

/** Which rows another attempt is for, and when it makes sense. */
export interface Repeat {
  /** Positions in `PreparedWrite.rows`; of an all-or-nothing write, all of them. */
  rows: ReadonlySet<number>;
  kind: 'soon' | 'later';
  /** The longest pause the org asked for. */
  retryAfterMs?: number;
}

/**
 * What to try again, pure: rows the org turned away for now, and rows whose answer was lost where writing them twice changes
 * nothing (updates, deletes, upserts; never a plain create). An all-or-nothing write is repeated as a whole, and not at all
 * once one of its rows is refused for good. Undefined: this is the end.
 */
export function planRepeat(prepared: PreparedWrite, outcomes: readonly RowOutcome[]): Repeat | undefined {
  const rows = new Set<number>();
  let kind: Repeat['kind'] = 'soon';
  let retryAfterMs: number | undefined;
  const isAtomic = prepared.allOrNone && prepared.rows.length > 1;
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === 'unknown' && prepared.type !== 'create') rows.add(at);
    if (outcome.status === 'unknown' && prepared.type === 'create' && isAtomic) return undefined;
    if (outcome.status !== 'failure') continue;
    if (outcome.again === 'never') {
      if (isAtomic) return undefined;
      continue;
    }
    rows.add(at);
    if (outcome.again === 'later') kind = 'later';
    if (outcome.retryAfterMs !== undefined) retryAfterMs = Math.max(retryAfterMs ?? 0, outcome.retryAfterMs);
  }
  if (rows.size === 0) return undefined;
  if (isAtomic) for (const at of prepared.rows.keys()) rows.add(at);
  return { rows, kind, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The outcomes after one more attempt at `rows`. */
export function mergeOutcomes(
  before: readonly RowOutcome[],
  after: readonly RowOutcome[],
  rows: ReadonlySet<number>,
): RowOutcome[] {
  return before.map((old, at) => (rows.has(at) ? withHistory(old, after[at]!) : old));
}

/** A delete whose answer was lost and that is now refused as deleted has done its work. */
function withHistory(before: RowOutcome, after: RowOutcome): RowOutcome {
  const isGone = after.status === 'failure' && after.error.providerCode === 'ENTITY_IS_DELETED';
  return before.status === 'unknown' && isGone ? { status: 'success' } : after;
}

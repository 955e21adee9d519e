import { AmpError } from '../../errors/amp-error.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { datetimeLiteral } from '../../providers/salesforce/soql/literal.ts';
import { countRows } from './org-time.ts';
import type { Checkpoint } from './read-store.ts';

/** Counts on both sides of one stretch of time. */
export interface VerifiedWindow {
  /** ISO days, both included; absent: open. */
  from?: string;
  to: string;
  org: number;
  delivered: number;
}

export interface VerifyInput {
  client: SalesforceClient;
  object: string;
  stampColumn: string;
  checkpoint: Checkpoint;
  signal: AbortSignal;
}

/** A window costs one API call. */
const mostWindows = 24;

/**
 * Counts again in the org, window by window, up to the moment the read began. A record that changed since has left its
 * window, so only windows where the org has more than was delivered are wrong. Throws `read-verify-failed` naming them.
 */
export async function verifyRead(input: VerifyInput): Promise<VerifiedWindow[]> {
  const { checkpoint, stampColumn } = input;
  const windows: VerifiedWindow[] = [];
  const groups = groupDays(Object.keys(checkpoint.days ?? {}).sort());
  for (const [index, days] of groups.entries()) {
    const next = groups[index + 1]?.[0];
    const conditions = [...checkpoint.conditions];
    if (index > 0) conditions.push(`${stampColumn} >= ${days[0]}T00:00:00Z`);
    conditions.push(
      next ? `${stampColumn} < ${next}T00:00:00Z` : `${stampColumn} < ${datetimeLiteral(checkpoint.startedAtMs)}`,
    );
    const org = (await countRows(input.client, input.object, conditions, input.signal)) ?? 0;
    const delivered = days.reduce((sum, day) => sum + (checkpoint.days?.[day] ?? 0), 0);
    windows.push({ ...(index > 0 && { from: days[0]! }), to: days.at(-1)!, org, delivered });
  }
  const short = windows.filter(({ org, delivered }) => delivered < org);
  if (short.length === 0) return windows;
  throw new AmpError({
    code: 'read-verify-failed',
    message: `${input.object}: ${short
      .map(
        ({ from, to, org, delivered }) =>
          `${from ? `${from} to ${to}` : `until ${to}`} has ${org} records in the org and ${delivered} here`,
      )
      .join('; ')}.`,
    details: { windows: short },
  });
}

/** Neighbouring days together, so that there are at most `mostWindows` groups; one empty group when there is no day. */
function groupDays(days: readonly string[]): string[][] {
  if (days.length === 0) return [['1970-01-01']];
  const size = Math.ceil(days.length / mostWindows);
  return Array.from({ length: Math.ceil(days.length / size) }, (_, i) => days.slice(i * size, (i + 1) * size));
}

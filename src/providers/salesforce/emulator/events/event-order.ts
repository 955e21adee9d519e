import { createHash } from 'node:crypto';
import type { CommitEntry, EmulatedOrg } from '../org.ts';
import { changeEventName } from './channel-members.ts';

/** Index of the first event behind a replay id; ids ascend. */
export function firstAfter(events: readonly { replayId: number }[], replayId: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.replayId > replayId) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Deletions merge whatever they delete; updates when they set the same fields to the same values. */
export function mergeKey(entry: CommitEntry): string | undefined {
  if (entry.kind === 'DELETE') return `DELETE ${entry.object}`;
  if (entry.kind !== 'UPDATE') return undefined;
  const values = entry.changedFields.map((name) => [name, entry.after?.[name]]);
  return `UPDATE ${entry.object} ${JSON.stringify(values, (_key, value) => (typeof value === 'bigint' ? String(value) : value))}`;
}

/** First log sequence committed at or after `since`; sequences are dense, so halving finds it. */
export function firstSequenceSince(org: EmulatedOrg, since: number): number {
  let low = 1;
  let high = org.log.lastSequence + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = org.log.read(middle - 1, 1)[0];
    if (entry && entry.committedAt < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Looks like the platform's: 22 characters from a hash, one per topic. */
export function schemaId(topic: string): string {
  return createHash('md5').update(changeEventName(topic)).digest('base64url').slice(0, 22);
}

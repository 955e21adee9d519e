import { StreamStore } from '../runtime/subscribe/stream-store.ts';
import type { State } from '../store/state.ts';
import type { Findings } from './status.ts';

export interface SubscriptionStatus {
  scope: string;
  channel: string;
  /** Commit time of the last event handed on. */
  position: string;
  savedAt: string;
  lagMs: number;
  /** Until the org forgets the events behind the position. */
  hoursToExpiry: number;
}

// Salesforce keeps change events for three days.
const retentionMs = 72 * 3_600_000;
const warningMs = 24 * 3_600_000;

export function gatherSubscriptions({ db }: State, now: number, found: Findings): SubscriptionStatus[] {
  return new StreamStore(db, () => now).positions().flatMap(({ scope, channel, committedAtMs, savedAtMs }) => {
    // A quiet stream has an old last event, but was looked at lately.
    const seenUpTo = Math.max(committedAtMs, savedAtMs);
    const leftMs = seenUpTo + retentionMs - now;
    const remedy = 'Start amp run, or amp tail --from stored --deliver.';
    const finding = { kind: 'subscription' as const, subject: `${channel} (${scope})`, remedy };
    const isTail = scope.startsWith('tail:');
    // Somebody looked once, and went: nobody is waiting for the rest.
    if (isTail && leftMs <= 0) return [];
    if (leftMs <= 0) found.attention.push({ ...finding, message: 'the stored position has expired: events are lost' });
    else if (leftMs < warningMs)
      (isTail ? found.notices : found.attention).push({
        ...finding,
        message: `the stored position expires in ${Math.floor(leftMs / 3_600_000)} h`,
      });
    const position = {
      scope,
      channel,
      position: new Date(committedAtMs).toISOString(),
      savedAt: new Date(savedAtMs).toISOString(),
      lagMs: Math.max(0, now - seenUpTo),
      hoursToExpiry: Math.round((leftMs / 3_600_000) * 10) / 10,
    };
    return [position];
  });
}

import type { LocalProject } from '../environments/local/local-project.ts';
import { listOpenIncidents } from '../notifications/notification-incidents.ts';
import { shellWord } from '../platform/shell-word.ts';
import { followedObjects } from '../runtime/subscribe/followed-objects.ts';
import { StreamStore } from '../runtime/subscribe/stream-store.ts';
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

export function gatherSubscriptions(project: LocalProject, now: number, found: Findings): SubscriptionStatus[] {
  const { db } = project.state;
  tellRefused(project, found);
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

/** What `amp run` was refused and has not got since. */
function tellRefused({ state, installations, integrationOf }: LocalProject, found: Findings): void {
  for (const { type, subject: id, summary } of listOpenIncidents(state.db)) {
    const installation = type === 'subscribe.create.error' ? installations.get(id) : undefined;
    const integration = installation && integrationOf(installation);
    if (!integration || followedObjects(integration, installation).length === 0) continue;
    found.attention.push({
      kind: 'subscription',
      subject: `${installation.groupRef} (${integration.name})`,
      message: summary,
      remedy: `Put it right; amp run looks again every hour and when it starts. What the org lacks: amp org drift --group ${shellWord(installation.groupRef)}`,
    });
  }
}

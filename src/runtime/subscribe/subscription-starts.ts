import type { InstallationRecord } from '../../installations/installation.ts';
import type { Database } from '../../store/database.ts';
import type { Subscription } from './subscription.ts';

/** The installation's own stamp is of this machine's clock, the events' of the org's. */
const clockSlackMs = 5 * 60_000;

/**
 * Gives each subscription the moment from which on it delivers (`sinceMs`). The stream has no safe "from now": whoever asks
 * for it and is killed before the first event has lost what came between. So a new subscription begins with what the org
 * still keeps, and leaves out what is older than this moment: the installation for what it began with, the first sight for
 * a channel that a deploy or an update added later.
 */
export function withStarts(
  db: Database,
  installation: InstallationRecord,
  subscriptions: readonly Subscription[],
  now: number,
): Subscription[] {
  return db.transaction(() => {
    const isNew = !db.prepare('SELECT 1 FROM subscription_starts WHERE scope = ? LIMIT 1').get(installation.id);
    const first = (isNew ? Date.parse(installation.createdAt) : now) - clockSlackMs;
    const insert = db.prepare('INSERT INTO subscription_starts VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    const find = db.prepare('SELECT since FROM subscription_starts WHERE scope = ? AND channel = ?');
    return subscriptions.map((subscription) => {
      insert.run(installation.id, subscription.channel, first);
      return { ...subscription, sinceMs: find.get<{ since: number }>(installation.id, subscription.channel)!.since };
    });
  });
}

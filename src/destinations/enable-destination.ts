import { createNotifier } from '../notifications/notifier.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { type DestinationSummary, describeDestination } from './describe-destination.ts';
import { createDestinationStore } from './destination-store.ts';

/** Resumes a destination: past failures are forgotten and what waits is due at once. Throws `destination-not-found`. */
export function enableDestination(db: Database, clock: Clock, name: string): DestinationSummary {
  const store = createDestinationStore(db, () => clock.now());
  return db.transaction(() => {
    const { id } = store.require(name);
    store.enable(id);
    createNotifier(db, { clock }).clear('destination.webhook.disabled', { subject: id });
    return describeDestination(db, store.require(name));
  });
}

import type { Config } from '../config/config.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Database } from '../store/database.ts';
import { secretAccount } from './destination-secrets.ts';
import { createDestinationStore } from './destination-store.ts';
import { hasSecrets, openDestinationSecrets } from './open-secrets.ts';
import { createOutbox } from './outbox.ts';

export interface RemovedDestination {
  destination: string;
  removed: boolean;
  /** Stored messages that went with it. */
  messages: number;
}

/**
 * Removes a destination, its messages and its secret. Throws `destination-not-found`, `destination-has-backlog` when messages
 * wait and `force` is not given, `credential-store-…` (then nothing is removed).
 */
export async function removeDestination(
  world: { config: Config },
  db: Database,
  request: { name: string; force: boolean; confirm(): Promise<boolean> },
): Promise<RemovedDestination> {
  const store = createDestinationStore(db);
  const destination = store.require(request.name);
  const { pending, delivered, dead } = createOutbox(db).backlog({ destination: request.name });
  if (pending > 0 && !request.force) {
    throw new AmpError({
      code: 'destination-has-backlog',
      message: `${pending} messages are still waiting for "${request.name}".`,
    });
  }
  const messages = pending + delivered + dead;
  if (!(await request.confirm())) return { destination: request.name, removed: false, messages };
  if (hasSecrets(destination)) {
    const credentials = await openDestinationSecrets(world.config, destination);
    await credentials.delete(secretAccount(destination));
  }
  store.remove(destination.id);
  return { destination: request.name, removed: true, messages };
}

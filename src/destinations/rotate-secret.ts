import type { Config } from '../config/config.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { saveDestinationSecrets } from './destination-secrets.ts';
import { createDestinationStore } from './destination-store.ts';
import { openSigningSecrets } from './open-secrets.ts';
import { loadWebhookSecrets, rotateSecret } from './webhook/secrets.ts';
import { newSigningSecret } from './webhook/sign.ts';

export interface RotatedSecret {
  destination: string;
  /** The new `whsec_…`. */
  secret: string;
  /** Until when messages are signed with the old one too; absent when there was none. */
  previousValidUntil?: string;
}

/** Gives a webhook a new secret, also when the old one is lost. Throws `destination-not-found`, `credential-store-…`. */
export async function rotateDestinationSecret(
  world: { config: Config; clock: Clock },
  db: Database,
  name: string,
): Promise<RotatedSecret> {
  const now = world.clock.now();
  const store = createDestinationStore(db, () => world.clock.now());
  const destination = store.require(name);
  const credentials = await openSigningSecrets(world.config, destination);
  const before = await loadWebhookSecrets(credentials, destination).catch((error) => {
    if (error instanceof AmpError && error.code === 'destination-secret-missing') return undefined;
    throw error;
  });
  const secrets = before ? rotateSecret(before, now) : { current: newSigningSecret(), headers: {} };
  await saveDestinationSecrets(credentials, destination, secrets);
  // Running senders notice the change and read the secrets again.
  store.touch(destination.id);
  return {
    destination: name,
    secret: secrets.current,
    ...(secrets.previous ? { previousValidUntil: new Date(secrets.previous.validUntil).toISOString() } : {}),
  };
}

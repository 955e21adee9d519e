import type { CredentialStore } from '../credentials/credential-store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import type { DestinationRecord } from './destination.ts';
import { saveDestinationSecrets, secretAccount } from './destination-secrets.ts';
import { createDestinationStore, newDestinationId } from './destination-store.ts';
import { type DestinationTarget, prepareDestination } from './prepare-destination.ts';

export interface DestinationWorld {
  db: Database;
  /** Opened only for what has secrets. */
  credentials(): Promise<CredentialStore>;
  clock: Clock;
}

export type NewDestination = DestinationTarget & { name: string };

export interface AddedDestination {
  destination: DestinationRecord;
  /** `whsec_…` of a webhook: shown once, kept with the credentials. */
  secret?: string;
}

/**
 * Adds a destination after checking it whole. The secret is kept before the record exists, so a record never lacks its secret.
 * Throws `destination-name`, `destination-exists`, what `prepareDestination` and what the credential store throws.
 */
export async function addDestination(world: DestinationWorld, input: NewDestination): Promise<AddedDestination> {
  const store = createDestinationStore(world.db, () => world.clock.now());
  store.checkNew(input.name);
  const { name, kind } = input;
  const { settings, secrets } = prepareDestination(input);
  if (!secrets) return { destination: store.add({ name, kind, settings }) };
  const id = newDestinationId();
  const credentials = await world.credentials();
  await saveDestinationSecrets(credentials, { id }, secrets);
  try {
    const kept = { ...settings, credentialStore: credentials.backend } as DestinationRecord['settings'];
    const destination = store.add({ id, name, kind, settings: kept });
    return { destination, ...('current' in secrets ? { secret: secrets.current } : {}) };
  } catch (error) {
    await credentials.delete(secretAccount({ id }));
    throw error;
  }
}

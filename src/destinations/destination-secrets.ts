import type { CredentialStore } from '../credentials/credential-store.ts';
import { Secret } from '../credentials/secret.ts';
import type { DestinationRecord } from './destination.ts';

/** Where a destination's secrets live: its id, so that equal names in two projects never meet. */
export function secretAccount(destination: Pick<DestinationRecord, 'id'>): string {
  return `destination:${destination.id}`;
}

/** Keeps what a kind has to keep (`WebhookSecrets`, `AwsSecrets`), as JSON. */
export async function saveDestinationSecrets(
  credentials: CredentialStore,
  destination: Pick<DestinationRecord, 'id'>,
  secrets: object,
): Promise<void> {
  await credentials.set(secretAccount(destination), new Secret(JSON.stringify(secrets)));
}

import type { CredentialStore } from '../../credentials/credential-store.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { DestinationRecord } from '../destination.ts';
import { secretAccount } from '../destination-secrets.ts';

/** What the credential store keeps for one AWS destination, as JSON. */
export interface AwsSecrets {
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string;
}

/** Throws `destination-secret-missing`, and what the credential store throws when it is locked or absent. */
export async function loadAwsSecrets(
  credentials: CredentialStore,
  destination: Pick<DestinationRecord, 'id' | 'name'>,
): Promise<AwsSecrets> {
  const stored = await credentials.get(secretAccount(destination));
  if (stored) return JSON.parse(stored.reveal()) as AwsSecrets;
  throw new AmpError({
    code: 'destination-secret-missing',
    message: `The secret access key of destination "${destination.name}" is not in the credential store (${credentials.backend}).`,
    hint: `Give it again: amp destinations update ${destination.name} --secret-access-key -`,
  });
}

import type { CredentialStore } from '../credentials/credential-store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import type { DestinationRecord } from './destination.ts';
import { createDestinationStore, newDestinationId } from './destination-store.ts';
import { checkFolder } from './file/file-target.ts';
import { checkHeader, isSecretHeader } from './webhook/headers.ts';
import { saveWebhookSecrets, secretAccount } from './webhook/secrets.ts';
import { newSigningSecret } from './webhook/sign.ts';
import { checkWebhookUrl } from './webhook/url-policy.ts';

export interface DestinationWorld {
  db: Database;
  /** Opened only for what has secrets. */
  credentials(): Promise<CredentialStore>;
  clock: Clock;
}

export type NewDestination =
  | {
      name: string;
      kind: 'webhook';
      url: string;
      headers: Record<string, string>;
      allowPrivateNetwork: boolean;
    }
  | { name: string; kind: 'file'; folder: string }
  | { name: string; kind: 'stdout' };

export interface AddedDestination {
  destination: DestinationRecord;
  /** `whsec_…` of a webhook: shown once, kept with the credentials. */
  secret?: string;
}

const hiddenValue = '[secret]';

/**
 * Adds a destination after checking it whole. The secret is kept before the record exists, so a record never lacks its secret.
 * Throws `destination-name`, `destination-exists`, `destination-url-refused`, `destination-header-refused`,
 * `file-unwritable`, and what the credential store throws.
 */
export async function addDestination(world: DestinationWorld, input: NewDestination): Promise<AddedDestination> {
  const store = createDestinationStore(world.db, () => world.clock.now());
  store.checkNew(input.name);
  if (input.kind === 'stdout') {
    return { destination: store.add({ name: input.name, kind: 'stdout', settings: {} }) };
  }
  if (input.kind === 'file') {
    checkFolder(input.folder);
    return { destination: store.add({ name: input.name, kind: 'file', settings: { folder: input.folder } }) };
  }
  const { name, allowPrivateNetwork } = input;
  const url = checkWebhookUrl(input.url, { allowPrivateNetwork }).href;
  const headers: Record<string, string> = {};
  const secretHeaders: Record<string, string> = {};
  for (const [header, value] of Object.entries(input.headers)) {
    checkHeader(header, value);
    headers[header] = isSecretHeader(header, value) ? hiddenValue : value;
    if (headers[header] === hiddenValue) secretHeaders[header] = value;
  }
  const id = newDestinationId();
  const secret = newSigningSecret();
  const credentials = await world.credentials();
  await saveWebhookSecrets(credentials, { id }, { current: secret, headers: secretHeaders });
  try {
    const settings = { url, headers, allowPrivateNetwork, credentialStore: credentials.backend };
    return { destination: store.add({ id, name, kind: 'webhook', settings }), secret };
  } catch (error) {
    await credentials.delete(secretAccount({ id }));
    throw error;
  }
}

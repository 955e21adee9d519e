import type { Config } from '../config/config.ts';
import type { CredentialStore } from '../credentials/credential-store.ts';
import { chooseCredentialStore, openCredentialStore } from '../credentials/policy.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { DestinationRecord } from './destination.ts';

/** Webhooks have a signing secret, AWS destinations a key. */
export function hasSecrets({ kind }: Pick<DestinationRecord, 'kind'>): boolean {
  return kind === 'webhook' || kind === 'kinesis' || kind === 's3';
}

/** The store that holds the secrets of this destination. Throws `destination-kind` when it has none, `credential-store-…`. */
export async function openDestinationSecrets(config: Config, destination: DestinationRecord): Promise<CredentialStore> {
  if (!hasSecrets(destination)) {
    throw new AmpError({
      code: 'destination-kind',
      message: `"${destination.name}" is a ${destination.kind} destination: it has no secret.`,
    });
  }
  const backend = backendOf(destination);
  return backend ? openCredentialStore(backend, config) : chooseCredentialStore(config);
}

/** As `openDestinationSecrets`, for what only webhooks have: a signing secret. Throws `destination-kind` for other kinds. */
export async function openSigningSecrets(config: Config, destination: DestinationRecord): Promise<CredentialStore> {
  if (destination.kind === 'webhook') return openDestinationSecrets(config, destination);
  throw new AmpError({
    code: 'destination-kind',
    message: `"${destination.name}" is a ${destination.kind} destination: only webhooks are signed.`,
  });
}

/** Opens the store each destination was saved to, once per kind of store: what a sender needs. */
export function credentialsByDestination(config: Config): (destination: DestinationRecord) => Promise<CredentialStore> {
  const opened = new Map<string, Promise<CredentialStore>>();
  return (destination) => {
    const backend = backendOf(destination) ?? '';
    let store = opened.get(backend);
    if (!store) {
      store = openDestinationSecrets(config, destination);
      store.catch(() => opened.delete(backend));
      opened.set(backend, store);
    }
    return store;
  };
}

function backendOf({ settings }: DestinationRecord): CredentialStore['backend'] | undefined {
  return 'credentialStore' in settings ? settings.credentialStore : undefined;
}

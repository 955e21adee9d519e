import type { Config } from '../../config/config.ts';
import type { CredentialStore } from '../../credentials/credential-store.ts';
import { chooseCredentialStore, openCredentialStore } from '../../credentials/policy.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { DestinationRecord } from '../destination.ts';

/** The store that holds the secrets of this webhook. Throws `destination-kind` for other kinds, `credential-store-…`. */
export async function openDestinationSecrets(config: Config, destination: DestinationRecord): Promise<CredentialStore> {
  const { settings } = destination;
  if (!('url' in settings)) {
    throw new AmpError({
      code: 'destination-kind',
      message: `"${destination.name}" is a ${destination.kind} destination: only webhooks are signed.`,
    });
  }
  return settings.credentialStore
    ? openCredentialStore(settings.credentialStore, config)
    : chooseCredentialStore(config);
}

/** Opens the store each webhook was saved to, once per kind of store: what a sender needs. */
export function credentialsByDestination(config: Config): (destination: DestinationRecord) => Promise<CredentialStore> {
  const opened = new Map<string, Promise<CredentialStore>>();
  return (destination) => {
    const backend = 'url' in destination.settings ? (destination.settings.credentialStore ?? '') : '';
    let store = opened.get(backend);
    if (!store) {
      store = openDestinationSecrets(config, destination);
      store.catch(() => opened.delete(backend));
      opened.set(backend, store);
    }
    return store;
  };
}

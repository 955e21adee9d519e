import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { CredentialStore } from './credential-store.ts';
import { createFileStore } from './file.ts';
import { createKeychainStore, type KeychainOptions, probeKeychain } from './keychain.ts';
import { startKeychainProcess } from './keychain-process.ts';
import { createMemoryStore } from './memory.ts';
import { Secret } from './secret.ts';

/** Where secrets may go: an explicit choice, else the OS keychain, else nowhere. Clear text is never an option. */
export type Backend = CredentialStore['backend'];

type Settings = Pick<Config, 'env' | 'configDir'>;

/**
 * The store a new sign-in is saved to. `AMP_CREDENTIAL_STORE=keychain|file|memory` decides; without it the keychain, tried
 * with a real write first. Throws `credential-store-unavailable` with the explicit options when there is none.
 */
export async function chooseCredentialStore(
  settings: Settings,
  keychain: Partial<KeychainOptions> = {},
): Promise<CredentialStore> {
  const choice = settings.env.AMP_CREDENTIAL_STORE || 'keychain';
  if (choice !== 'keychain' && choice !== 'file' && choice !== 'memory') {
    throw new AmpError({
      code: 'usage',
      message: `AMP_CREDENTIAL_STORE is "${choice}"; it can be keychain, file or memory.`,
    });
  }
  const store = openCredentialStore(choice, settings, keychain);
  if (choice === 'keychain') {
    try {
      await probeKeychain(store);
    } catch (error) {
      if (!(error instanceof AmpError)) throw error;
      throw new AmpError({
        code: error.code,
        message: `${error.message} Nothing was saved.`,
        hint: 'Unlock the keychain; or choose an encrypted file: AMP_CREDENTIAL_STORE=file with AMP_CREDENTIAL_PASSPHRASE or AMP_CREDENTIAL_KEY_FILE; or give AMP_ORG_… variables for one run.',
        causes: [...error.causes],
        cause: error,
      });
    }
  }
  return store;
}

/** The store an existing account was saved to; opens without touching it. Throws `credential-store-locked` without a key. */
export function openCredentialStore(
  backend: Backend,
  settings: Settings,
  keychain: Partial<KeychainOptions> = {},
): CredentialStore {
  if (backend === 'keychain') {
    return createKeychainStore({
      overflowDir: join(settings.configDir, 'keychain-overflow'),
      load: async () => startKeychainProcess(settings.env),
      ...keychain,
    });
  }
  if (backend === 'file') {
    return createFileStore({ dir: join(settings.configDir, 'credentials'), unlock: fileKey(settings) });
  }
  const key = `${backend}:${settings.configDir}`;
  let store = processStores.get(key);
  if (!store) {
    store = createMemoryStore(backend);
    processStores.set(key, store);
  }
  return store;
}

// Memory lasts as long as the process: every caller in it must see the same entries.
const processStores = new Map<string, CredentialStore>();

function fileKey(settings: Settings): { passphrase: Secret } | { keyFile: string } {
  const { AMP_CREDENTIAL_KEY_FILE: keyFile, AMP_CREDENTIAL_PASSPHRASE: passphrase } = settings.env;
  if (keyFile) return { keyFile };
  if (passphrase) return { passphrase: new Secret(passphrase) };
  throw new AmpError({
    code: 'credential-store-locked',
    message: 'The encrypted credential file needs its key.',
    hint: 'Set AMP_CREDENTIAL_PASSPHRASE, or AMP_CREDENTIAL_KEY_FILE to a file of mode 600.',
  });
}

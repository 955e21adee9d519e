import type { CredentialStore } from './credential-store.ts';
import { Secret } from './secret.ts';

/** Secrets that end with the process: tests, demos and sign-ins that come from the environment. */
export function createMemoryStore(backend: 'memory' | 'environment' = 'memory'): CredentialStore {
  const entries = new Map<string, string>();
  return {
    backend,
    async get(account) {
      const text = entries.get(account);
      return text === undefined ? undefined : new Secret(text);
    },
    async set(account, secret) {
      entries.set(account, secret.reveal());
    },
    async delete(account) {
      return entries.delete(account);
    },
  };
}

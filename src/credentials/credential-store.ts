import type { Secret } from './secret.ts';

/**
 * Where secrets live: one small text per (service, account). Backends: OS keychain, encrypted file (opt-in), memory,
 * environment. One conformance suite holds them all to the same behaviour.
 */
export interface CredentialStore {
  readonly backend: 'keychain' | 'file' | 'memory' | 'environment';
  /** Undefined = no such entry. Throws `credential-store-locked`, `credential-store-unavailable`, `credential-store-timeout`. */
  get(account: string): Promise<Secret | undefined>;
  set(account: string, secret: Secret): Promise<void>;
  /** True when there was something to delete. */
  delete(account: string): Promise<boolean>;
}

import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { CredentialStore } from '../../credentials/credential-store.ts';
import { type Backend, chooseCredentialStore, openCredentialStore } from '../../credentials/policy.ts';
import { Secret } from '../../credentials/secret.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { readPrivateFile, removeFile, writePrivateFile } from '../../platform/files.ts';
import { hostedUrl } from './hosts.ts';

type Settings = Pick<Config, 'env' | 'configDir' | 'apiUrl'>;

/** The key of this run: --key, AMP_API_KEY, or the one amp login keeps for this API. Throws `hosted-key-missing` (exit 4). */
export async function loadApiKey(config: Settings & Pick<Config, 'apiKey'>): Promise<Secret> {
  if (config.apiKey !== undefined) return new Secret(config.apiKey);
  const store = await savedIn(config);
  const key = await store?.get(accountOf(config));
  if (key) return key;
  throw new AmpError({
    code: 'hosted-key-missing',
    message: `There is no API key for ${new URL(hostedUrl('api', config)).host}.`,
    hint: 'Run amp login, or set AMP_API_KEY.',
  });
}

/** Keeps a key for this API in the credential store. Answers which store. */
export async function saveApiKey(config: Settings, key: Secret): Promise<Backend> {
  const store = await chooseCredentialStore(config);
  await store.set(accountOf(config), key);
  // The keychain answers "no entry" when it is locked; this note says where one should be.
  await writePrivateFile(notePath(config), `${JSON.stringify({ credentialStore: store.backend })}\n`);
  return store.backend;
}

/** True when there was one. */
export async function deleteApiKey(config: Settings): Promise<boolean> {
  const store = await savedIn(config);
  const deleted = (await store?.delete(accountOf(config))) ?? false;
  if (store) await removeFile(notePath(config));
  return deleted;
}

async function savedIn(config: Settings): Promise<CredentialStore | undefined> {
  const note = await readPrivateFile(notePath(config));
  if (!note) return undefined;
  const { credentialStore } = JSON.parse(note.toString('utf8')) as { credentialStore: Backend };
  return openCredentialStore(credentialStore, config);
}

/** One key an API: a key for a test server never goes to the real one. */
function accountOf(config: Settings): string {
  return `hosted:${new URL(hostedUrl('api', config)).host}`;
}

function notePath(config: Settings): string {
  const host = new URL(hostedUrl('api', config)).host.replaceAll(/[^a-z0-9.-]/gi, '_');
  return join(config.configDir, `hosted-${host}.json`);
}

import type { Config } from '../../config/config.ts';
import type { State } from '../../store/state.ts';
import type { DestinationRecord } from '../destination.ts';
import { createDestinationStore } from '../destination-store.ts';
import { openSigningSecrets } from '../open-secrets.ts';
import { loadWebhookSecrets, signingKeys } from '../webhook/secrets.ts';
import type { SigningKey } from '../webhook/sign.ts';

/** The destinations a receiver on this port verifies for: the one named, else every webhook that points here. */
export function receivedDestinations(state: State, port: number, name?: string): DestinationRecord[] {
  const store = createDestinationStore(state.db);
  if (name !== undefined) return [store.require(name)];
  return store.list().filter(({ settings }) => 'url' in settings && pointsHere(settings.url, port));
}

/** Their keys now. Throws `destination-secret-missing`, `credential-store-…`. */
export async function receiverKeys(
  config: Config,
  destinations: readonly DestinationRecord[],
  now: number,
): Promise<SigningKey[]> {
  const keys: SigningKey[] = [];
  for (const destination of destinations) {
    const credentials = await openSigningSecrets(config, destination);
    keys.push(...signingKeys(await loadWebhookSecrets(credentials, destination), now));
  }
  return keys;
}

function pointsHere(text: string, port: number): boolean {
  const url = new URL(text);
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname) && Number(url.port || 80) === port;
}

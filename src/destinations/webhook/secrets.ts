import type { CredentialStore } from '../../credentials/credential-store.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { DestinationRecord } from '../destination.ts';
import { secretAccount } from '../destination-secrets.ts';
import { newSigningSecret, parseSigningSecret, type SigningKey } from './sign.ts';

/** What the credential store keeps for one webhook, as JSON. */
export interface WebhookSecrets {
  /** `whsec_…` */
  current: string;
  /** The one before, still good until `validUntil` (epoch milliseconds). */
  previous?: { secret: string; validUntil: number };
  /** Values of the headers that look secret. */
  headers: Record<string, string>;
}

const overlapMs = 24 * 3600 * 1000;

/** Throws `destination-secret-missing`, and what the credential store throws when it is locked or absent. */
export async function loadWebhookSecrets(
  credentials: CredentialStore,
  destination: Pick<DestinationRecord, 'id' | 'name'>,
): Promise<WebhookSecrets> {
  const stored = await credentials.get(secretAccount(destination));
  if (stored) return JSON.parse(stored.reveal()) as WebhookSecrets;
  throw new AmpError({
    code: 'destination-secret-missing',
    message: `The signing secret of destination "${destination.name}" is not in the credential store (${credentials.backend}).`,
    hint: `Run amp destinations rotate-secret ${destination.name} and give the new secret to the receiver.`,
  });
}

/** A new current secret; the old one stays valid for 24 hours. */
export function rotateSecret(secrets: WebhookSecrets, now: number): WebhookSecrets {
  return {
    ...secrets,
    current: newSigningSecret(),
    previous: { secret: secrets.current, validUntil: now + overlapMs },
  };
}

/** The keys to sign with at `now`, the new one first. */
export function signingKeys(secrets: WebhookSecrets, now: number): SigningKey[] {
  const keys = [parseSigningSecret(secrets.current)];
  if (secrets.previous && now < secrets.previous.validUntil) keys.push(parseSigningSecret(secrets.previous.secret));
  return keys;
}

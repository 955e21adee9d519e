import type { CredentialStore } from '../credentials/credential-store.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { DestinationRecord, FileSettings, WebhookSettings } from './destination.ts';
import type { Target } from './target.ts';
import type { Resolver } from './webhook/url-policy.ts';

/** What opening a destination needs of the world. */
export interface TargetWorld {
  /** One store for all, or the one that has this destination's secret (credentialsByDestination). */
  credentials: CredentialStore | ((destination: DestinationRecord) => Promise<CredentialStore>);
  now(): number;
  /** `amp/<version>`. */
  userAgent: string;
  /** Standard output, for destinations of that kind; without it they are refused. */
  stdout?: (bytes: Uint8Array) => Promise<void>;
  resolve?: Resolver;
  deadlineMs?: number;
}

/**
 * Opens a destination for sending; its kind decides what is loaded. Throws what the credential store throws,
 * `destination-secret-…`, `destination-url-refused`, `destination-kind`.
 */
export async function openTarget(
  destination: DestinationRecord,
  world: TargetWorld,
  options: { keepAnswer?: boolean } = {},
): Promise<Target> {
  switch (destination.kind) {
    case 'webhook': {
      const settings = destination.settings as WebhookSettings;
      const { loadWebhookSecrets, signingKeys } = await import('./webhook/secrets.ts');
      const { openWebhookTarget } = await import('./webhook/webhook-target.ts');
      const { credentials } = world;
      const store = typeof credentials === 'function' ? await credentials(destination) : credentials;
      const secrets = await loadWebhookSecrets(store, destination);
      return openWebhookTarget({
        url: settings.url,
        allowPrivateNetwork: settings.allowPrivateNetwork,
        headers: { ...settings.headers, ...secrets.headers },
        signingKeys: () => signingKeys(secrets, world.now()),
        now: world.now,
        userAgent: world.userAgent,
        ...(world.resolve ? { resolve: world.resolve } : {}),
        ...(world.deadlineMs === undefined ? {} : { deadlineMs: world.deadlineMs }),
        ...options,
      });
    }
    case 'file': {
      const { openFileTarget } = await import('./file/file-target.ts');
      return openFileTarget((destination.settings as FileSettings).folder);
    }
    case 'stdout': {
      const { openStdoutTarget } = await import('./stdout/stdout-target.ts');
      if (world.stdout) return openStdoutTarget(world.stdout);
      throw new AmpError({
        code: 'destination-kind',
        message: `"${destination.name}" writes to standard output, which this process does not have.`,
      });
    }
  }
}

import type { CredentialStore } from '../credentials/credential-store.ts';
import { AmpError } from '../errors/amp-error.ts';
import type {
  AwsSettings,
  DestinationRecord,
  FileSettings,
  KinesisSettings,
  S3Settings,
  WebhookSettings,
} from './destination.ts';
import type { OwnPorts } from './http/http-sender.ts';
import type { Resolver } from './http/url-policy.ts';
import type { Target } from './target.ts';

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
  /** The connection an installation reads through, for what travels beside a message; unknown unless given. */
  connectionOf?: (installationId: string) => string | undefined;
  /** Ports of this machine that amp itself listens on: nothing is sent there. */
  ownPorts?: OwnPorts;
}

/**
 * Opens a destination for sending; its kind decides what is loaded. Throws what the credential store throws,
 * `destination-secret-…`, `destination-url-refused`, `destination-template`, `destination-kind`.
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
      const secrets = await loadWebhookSecrets(await credentialsOf(destination, world), destination);
      return openWebhookTarget({
        url: settings.url,
        allowPrivateNetwork: settings.allowPrivateNetwork,
        headers: { ...settings.headers, ...secrets.headers },
        signingKeys: () => signingKeys(secrets, world.now()),
        ...reachOf(world),
        ...options,
      });
    }
    case 'kinesis': {
      const settings = destination.settings as KinesisSettings;
      const { openKinesisTarget } = await import('./aws/kinesis-target.ts');
      return openKinesisTarget(settings, await awsWorld(destination, settings, world));
    }
    case 's3': {
      const settings = destination.settings as S3Settings;
      const { openS3Target } = await import('./aws/s3-target.ts');
      return openS3Target(settings, await awsWorld(destination, settings, world));
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

async function credentialsOf(destination: DestinationRecord, { credentials }: TargetWorld): Promise<CredentialStore> {
  return typeof credentials === 'function' ? credentials(destination) : credentials;
}

async function awsWorld(destination: DestinationRecord, settings: AwsSettings, world: TargetWorld) {
  const { loadAwsSecrets } = await import('./aws/aws-secrets.ts');
  return {
    ...(await loadAwsSecrets(await credentialsOf(destination, world), destination)),
    accessKeyId: settings.accessKeyId,
    region: settings.region,
    allowPrivateNetwork: settings.allowPrivateNetwork,
    destinationId: destination.id,
    connectionOf: world.connectionOf ?? (() => undefined),
    ...reachOf(world),
  };
}

/** What every target that sends over the network takes of the world. */
function reachOf({ now, userAgent, resolve, deadlineMs, ownPorts }: TargetWorld) {
  return {
    now,
    userAgent,
    ...(resolve ? { resolve } : {}),
    ...(ownPorts ? { ownPorts } : {}),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  };
}

import type { CredentialStore } from '../credentials/credential-store.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { DestinationWorld } from './add-destination.ts';
import { type AwsSecrets, loadAwsSecrets } from './aws/aws-secrets.ts';
import type { DestinationRecord, FileSettings, KinesisSettings, S3Settings, WebhookSettings } from './destination.ts';
import { saveDestinationSecrets } from './destination-secrets.ts';
import { createDestinationStore } from './destination-store.ts';
import { type DestinationTarget, partHeaders, prepareDestination } from './prepare-destination.ts';
import { loadWebhookSecrets, type WebhookSecrets } from './webhook/secrets.ts';

/** What is to be different; what is absent stays. Empty text takes an optional setting away, and a header. */
export interface DestinationChanges {
  allowPrivateNetwork?: boolean;
  webhook?: { url?: string; headers: Record<string, string>; slack?: boolean };
  aws?: Partial<KinesisSettings & S3Settings>;
  secrets?: Partial<AwsSecrets>;
  folder?: string;
}

/**
 * Gives a destination another address, other headers or other keys; its name, its messages and a webhook's signing secret stay.
 * Throws `destination-not-found`, `destination-kind` for settings of another kind, what `prepareDestination` and what the
 * credential store throws.
 */
export async function updateDestination(
  world: Pick<DestinationWorld, 'db' | 'clock'> & {
    credentials(destination: DestinationRecord): Promise<CredentialStore>;
  },
  name: string,
  changes: DestinationChanges,
): Promise<DestinationRecord> {
  const store = createDestinationStore(world.db, () => world.clock.now());
  const destination = store.require(name);
  checkKind(destination, changes);
  const openCredentials = () => world.credentials(destination);
  const prepared = await merge(destination, changes, openCredentials);
  // Before the settings that need them; running senders notice the change and read both again.
  if (prepared.secrets) await saveDestinationSecrets(await openCredentials(), destination, prepared.secrets);
  store.replaceSettings(destination.id, prepared.settings);
  return store.require(name);
}

interface Merged {
  settings: DestinationRecord['settings'];
  secrets?: WebhookSecrets | AwsSecrets;
}

async function merge(
  destination: DestinationRecord,
  changes: DestinationChanges,
  openCredentials: () => Promise<CredentialStore>,
): Promise<Merged> {
  const { kind } = destination;
  if (kind === 'stdout') return { settings: {} };
  if (kind === 'file') {
    return prepareDestination({ kind, folder: changes.folder ?? (destination.settings as FileSettings).folder });
  }
  if (kind === 'webhook') return mergeWebhook(destination, changes, openCredentials);
  const before = destination.settings as KinesisSettings | S3Settings;
  const { allowPrivateNetwork = before.allowPrivateNetwork, aws = {} } = changes;
  const settings = withoutEmpty({ ...before, ...aws, allowPrivateNetwork });
  const wantsSecrets = changes.secrets !== undefined;
  const secrets = wantsSecrets
    ? withoutEmpty({ ...(await keptSecrets(destination, changes, openCredentials)), ...changes.secrets })
    : undefined;
  const { settings: checked } = prepareDestination({ kind, settings, secrets: secrets ?? {} } as DestinationTarget);
  return { settings: checked, ...(secrets ? { secrets: secrets as AwsSecrets } : {}) };
}

/** A new secret key ends what was kept: temporary credentials come as a pair. */
async function keptSecrets(
  destination: DestinationRecord,
  { secrets }: DestinationChanges,
  openCredentials: () => Promise<CredentialStore>,
): Promise<Partial<AwsSecrets>> {
  return secrets?.secretAccessKey ? {} : loadAwsSecrets(await openCredentials(), destination);
}

async function mergeWebhook(
  destination: DestinationRecord,
  { webhook, allowPrivateNetwork }: DestinationChanges,
  openCredentials: () => Promise<CredentialStore>,
): Promise<Merged> {
  const before = destination.settings as WebhookSettings;
  const target: DestinationTarget = {
    kind: 'webhook',
    url: webhook?.url ?? before.url,
    headers: {},
    allowPrivateNetwork: allowPrivateNetwork ?? before.allowPrivateNetwork,
    ...(webhook?.slack ? { chat: 'slack' } : {}),
  };
  const settings = { ...before, ...prepareDestination(target).settings, headers: before.headers };
  const given = webhook?.headers ?? {};
  if (Object.keys(given).length === 0) return { settings };
  const secrets = await loadWebhookSecrets(await openCredentials(), destination);
  const { headers, secretHeaders } = partHeaders(withoutEmpty(given));
  const rest = <Value>(all: Record<string, Value>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !isNamed(given, name)));
  return {
    settings: { ...settings, headers: { ...rest(before.headers), ...headers } },
    secrets: { ...secrets, headers: { ...rest(secrets.headers), ...secretHeaders } },
  };
}

/** Header names have no case. */
function isNamed(headers: Record<string, string>, name: string): boolean {
  return Object.keys(headers).some((given) => given.toLowerCase() === name.toLowerCase());
}

function checkKind({ name, kind }: DestinationRecord, changes: DestinationChanges): void {
  const fits =
    (changes.webhook === undefined || kind === 'webhook') &&
    (changes.folder === undefined || kind === 'file') &&
    ((changes.aws === undefined && changes.secrets === undefined) || kind === 'kinesis' || kind === 's3') &&
    (changes.aws?.streamName === undefined || kind === 'kinesis') &&
    (changes.aws?.partitionKeyTemplate === undefined || kind === 'kinesis') &&
    (changes.aws?.bucket === undefined || kind === 's3') &&
    (changes.aws?.keyTemplate === undefined || kind === 's3') &&
    (changes.aws?.storageClass === undefined || kind === 's3');
  if (fits) return;
  throw new AmpError({
    code: 'destination-kind',
    message: `"${name}" is a ${kind} destination and has no such setting; a destination keeps its kind.`,
  });
}

function withoutEmpty<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== '')) as Value;
}

import { AmpError } from '../../errors/amp-error.ts';
import type { HostedDestination } from './answers.ts';
import type { HostedApi } from './hosted-api.ts';
import { path } from './path.ts';

/** A destination as the platform is told about it. */
export interface HostedNewDestination {
  name: string;
  type: 'webhook' | 'kinesis';
  /** Webhook: `url`, `headers`. Kinesis: `region`, `streamName`, `endpointUrl`, `partitionKeyTemplate`. */
  metadata: Record<string, unknown>;
  secrets?: Record<string, string>;
}

/** A destination with its signing key, when the platform gave one. */
export interface DestinationWithKey {
  destination: Omit<HostedDestination, 'secrets'>;
  secret?: string;
}

/** Creates it, and fetches the signing key the platform made for a webhook. Throws `usage`, `hosted-…`. */
export async function addHostedDestination(
  api: HostedApi,
  destination: HostedNewDestination,
): Promise<DestinationWithKey> {
  assertName(destination.name);
  if (destination.type === 'webhook') assertHttps(String(destination.metadata.url));
  await api.send({ method: 'POST', path: path`/projects/${api.project}/destinations`, body: destination });
  return fetchDestination(api, destination.name, { withKey: destination.type === 'webhook' });
}

/** Changes keys of `metadata`; the rest stays. Throws `usage`, `hosted-…`. */
export async function changeHostedDestination(
  api: HostedApi,
  name: string,
  metadata: Record<string, unknown>,
): Promise<DestinationWithKey> {
  if (metadata.url !== undefined) assertHttps(String(metadata.url));
  const { destination } = await fetchDestination(api, name, { withKey: false });
  await api.send({
    method: 'PATCH',
    path: path`/projects/${api.project}/destinations/${destination.id}`,
    body: { updateMask: Object.keys(metadata).map((key) => `metadata.${key}`), destination: { metadata } },
  });
  return fetchDestination(api, name, { withKey: false });
}

/** One destination by name. Throws `hosted-…`. */
export async function fetchDestination(
  api: HostedApi,
  name: string,
  { withKey }: { withKey: boolean },
): Promise<DestinationWithKey> {
  const query = { includeSecrets: withKey ? true : undefined };
  return withoutSecrets(await api.get(path`/projects/${api.project}/destinations/${name}`, query));
}

/**
 * A new signing key. The platform rotates by GET, so this one is sent once: repeated after a lost answer it would rotate again
 * and end the key that receivers still know.
 */
export async function rotateHostedKey(api: HostedApi, name: string): Promise<DestinationWithKey> {
  return withoutSecrets(
    await api.send({
      method: 'GET',
      path: path`/projects/${api.project}/destinations/${name}`,
      query: { includeSecrets: true, rotate: true },
    }),
  );
}

/** Deletes by name; the path of this call takes the id. Throws `hosted-…`. */
export async function deleteHostedDestination(api: HostedApi, name: string): Promise<HostedDestination> {
  const { destination } = await fetchDestination(api, name, { withKey: false });
  await api.send({ method: 'DELETE', path: path`/projects/${api.project}/destinations/${destination.id}` });
  return destination;
}

function assertName(name: string): void {
  if (/^[A-Za-z0-9-]+$/.test(name)) return;
  throw new AmpError({
    code: 'usage',
    message: `"${name}" cannot be the name of a hosted destination: letters, digits and dashes only.`,
  });
}

function assertHttps(url: string): void {
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return;
  throw new AmpError({ code: 'usage', message: `A hosted webhook takes an https address, not ${url}.` });
}

function withoutSecrets({ secrets, ...destination }: HostedDestination): DestinationWithKey {
  const secret = secrets?.webhookSigningKey;
  return { destination, ...(secret && { secret }) };
}

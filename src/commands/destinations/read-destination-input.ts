import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandInput } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import type { NewDestination } from '../../destinations/add-destination.ts';
import type { AwsSecrets } from '../../destinations/aws/aws-secrets.ts';
import type { DestinationChanges } from '../../destinations/update-destination.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { destinationFlags } from './destination-flags.ts';

type Flags = CommandInput<typeof destinationFlags>['flags'];

const ownFlags = {
  webhook: ['url', 'header', 'slack'],
  kinesis: ['kinesis', 'partition-key'],
  s3: ['s3', 'object-key', 'storage-class'],
  aws: ['region', 'access-key-id', 'secret-access-key', 'session-token', 'endpoint-url'],
  file: ['folder'],
} as const satisfies Record<string, readonly (keyof Flags)[]>;

/** The destination the flags describe. Throws `usage` when they describe none or two, `file-unreadable`. */
export async function readNewDestination(
  context: Context,
  name: string,
  flags: Flags & { stdout?: boolean | undefined },
): Promise<NewDestination> {
  const { url, kinesis, s3, folder, stdout } = flags;
  const given = [url, kinesis, s3, folder, stdout || undefined].filter((flag) => flag !== undefined);
  if (given.length !== 1) {
    throw usage(
      'A destination is one of --url, --kinesis, --s3, --folder and --stdout.',
      `amp destinations add ${name} --url https://…`,
    );
  }
  const allowPrivateNetwork = flags['allow-private-network'] ?? false;
  if (folder !== undefined) {
    refuse(flags, ['webhook', 'aws', 'kinesis', 's3'], '--folder');
    return { name, kind: 'file', folder: resolve(context.cwd, folder) };
  }
  if (stdout) {
    refuse(flags, ['webhook', 'aws', 'kinesis', 's3'], '--stdout');
    return { name, kind: 'stdout' };
  }
  if (url !== undefined) {
    refuse(flags, ['aws', 'kinesis', 's3'], '--url');
    const headers = await readHeaders(context, flags);
    return { name, kind: 'webhook', url, headers, allowPrivateNetwork, ...(flags.slack ? { chat: 'slack' } : {}) };
  }
  refuse(flags, ['webhook', kinesis === undefined ? 'kinesis' : 's3'], kinesis === undefined ? '--s3' : '--kinesis');
  const { region, 'access-key-id': accessKeyId, 'endpoint-url': endpointUrl } = flags;
  if (!region || !accessKeyId) throw usage('Amazon Web Services need --region and --access-key-id.');
  const aws = { region, accessKeyId, allowPrivateNetwork, ...(endpointUrl ? { endpointUrl } : {}) };
  const secrets = await readAwsSecrets(context, flags);
  const whole = {
    ...secrets,
    secretAccessKey:
      secrets.secretAccessKey ?? (await context.prompt.secret('Secret access key', { flag: '--secret-access-key' })),
  };
  const key = kinesis === undefined ? flags['object-key'] : flags['partition-key'];
  if (kinesis !== undefined) {
    const settings = { ...aws, streamName: kinesis, ...(key ? { partitionKeyTemplate: key } : {}) };
    return { name, kind: 'kinesis', settings, secrets: whole };
  }
  const storageClass = flags['storage-class'] ?? 'STANDARD';
  const settings = { ...aws, bucket: s3!, storageClass, ...(key ? { keyTemplate: key } : {}) };
  return { name, kind: 's3', settings, secrets: whole };
}

/** What the flags change. Throws `usage` when they change nothing, `file-unreadable`. */
export async function readDestinationChanges(context: Context, flags: Flags): Promise<DestinationChanges> {
  const aws = present({
    region: flags.region,
    accessKeyId: flags['access-key-id'],
    endpointUrl: flags['endpoint-url'],
    streamName: flags.kinesis,
    partitionKeyTemplate: flags['partition-key'],
    bucket: flags.s3,
    keyTemplate: flags['object-key'],
    storageClass: flags['storage-class'],
  });
  const secrets =
    flags['secret-access-key'] || flags['session-token'] ? await readAwsSecrets(context, flags) : undefined;
  const isWebhook = flags.url !== undefined || flags.header !== undefined || flags.slack !== undefined;
  const changes: DestinationChanges = {
    ...present({ allowPrivateNetwork: flags['allow-private-network'] }),
    ...(isWebhook
      ? { webhook: { ...present({ url: flags.url, slack: flags.slack }), headers: await readHeaders(context, flags) } }
      : {}),
    ...(Object.keys(aws).length > 0 ? { aws } : {}),
    ...(secrets ? { secrets } : {}),
    ...(flags.folder === undefined ? {} : { folder: resolve(context.cwd, flags.folder) }),
  };
  if (Object.keys(changes).length === 0) throw usage('Nothing to change: give the flags that are to be different.');
  return changes;
}

function refuse(flags: Flags, groups: readonly (keyof typeof ownFlags)[], beside: string): void {
  for (const flag of groups.flatMap((group): readonly (keyof Flags)[] => ownFlags[group])) {
    if (flags[flag] !== undefined) throw usage(`--${flag} makes no sense beside ${beside}.`);
  }
}

async function readHeaders(context: Context, flags: Flags): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const header of flags.header ?? []) {
    const at = header.indexOf('=');
    if (at < 1) throw usage('A header is name=value, name=- (stdin) or name=@file.');
    headers[header.slice(0, at)] = await readValue(context, header.slice(at + 1));
  }
  return headers;
}

async function readAwsSecrets(context: Context, flags: Flags): Promise<Partial<AwsSecrets>> {
  const { env } = context.config;
  if (flags['secret-access-key'] === '-' && flags['session-token'] === '-') {
    throw usage('Only one value can come from stdin; give the other as @file.');
  }
  const read = async (flag: 'secret-access-key' | 'session-token', variable: string) => {
    const given = flags[flag];
    if (given === undefined) return env[variable];
    if (given !== '-' && !given.startsWith('@'))
      throw usage(`--${flag} is - (stdin) or @file: secrets stay off the command line.`);
    return readValue(context, given);
  };
  return present({
    secretAccessKey: await read('secret-access-key', 'AMP_AWS_SECRET_ACCESS_KEY'),
    sessionToken: await read('session-token', 'AMP_AWS_SESSION_TOKEN'),
  });
}

async function readValue(context: Context, value: string): Promise<string> {
  if (value === '-') return (await context.stdin()).toString('utf8').trimEnd();
  if (!value.startsWith('@')) return value;
  const path = resolve(context.cwd, value.slice(1));
  try {
    return (await readFile(path, 'utf8')).trimEnd();
  } catch (error) {
    throw new AmpError({ code: 'file-unreadable', message: `Cannot read ${path}.`, cause: error });
  }
}

function present<Value extends object>(value: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}

function usage(message: string, hint?: string): AmpError {
  return new AmpError({ code: 'usage', message, ...(hint ? { hint } : {}) });
}

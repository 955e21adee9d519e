import type { NewDestination } from '../../../destinations/add-destination.ts';
import type { HostedDestination } from '../../../environments/hosted/answers.ts';
import {
  addHostedDestination,
  changeHostedDestination,
  type DestinationWithKey,
  deleteHostedDestination,
  fetchDestination,
  type HostedNewDestination,
  rotateHostedKey,
} from '../../../environments/hosted/destinations.ts';
import { listDestinations } from '../../../environments/hosted/lists.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import { readDestinationChanges, readNewDestination } from '../../destinations/read-destination-input.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';
import { destinationColumns } from '../destination-columns.ts';

export const hostedDestinations: HostedTwin = {
  run: (context) => withHosted(context, async (api) => ({ destinations: await listDestinations(api) })),
  async view({ destinations }: { destinations: HostedDestination[] }, { output }) {
    const { renderHostedList } = await import('../../../views/hosted/lists.ts');
    return renderHostedList('destinations', destinations, destinationColumns, output.style);
  },
};

export const hostedDestinationAdd: HostedTwin = {
  async run(context, { args, flags }) {
    const destination = toHosted(await readNewDestination(context, args.name ?? '', flags));
    return withHosted(context, (api) => addHostedDestination(api, destination));
  },
  view: ({ destination, secret }: DestinationWithKey, { output: { style } }) =>
    [`${style.good('✓')} ${destination.name} is added.`, ...keyLines(secret, style.bold)].join('\n'),
};

export const hostedDestinationUpdate: HostedTwin = {
  async run(context, { args, flags }) {
    const { webhook, ...others } = await readDestinationChanges(context, flags);
    const metadata = {
      ...(webhook?.url !== undefined && { url: webhook.url }),
      ...(flags.header && { headers: webhook?.headers }),
    };
    if (Object.keys(metadata).length === 0 || Object.keys(others).length > 0 || webhook?.slack !== undefined) {
      throw new AmpError({ code: 'usage', message: 'Of a hosted destination --url and --header can be changed here.' });
    }
    return withHosted(context, (api) => changeHostedDestination(api, args.name ?? '', metadata));
  },
  view: ({ destination }: DestinationWithKey, { output: { style } }) =>
    `${style.good('✓')} ${destination.name} is changed.`,
};

export const hostedDestination: HostedTwin = {
  run: (context, { args, flags }) =>
    withHosted(context, (api) => fetchDestination(api, args.name ?? '', { withKey: flags.reveal === true })),
  view: (shown) => JSON.stringify(shown, null, 2),
};

export const hostedRotation: HostedTwin = {
  run: (context, { args }) => withHosted(context, (api) => rotateHostedKey(api, args.name ?? '')),
  view: ({ destination, secret }: DestinationWithKey, { output: { style } }) =>
    [`${style.good('✓')} ${destination.name} has a new signing secret.`, ...keyLines(secret, style.bold)].join('\n'),
};

export const hostedDestinationRemoval: HostedTwin = {
  run: (context, { args, flags }) =>
    withHosted(context, async (api) => {
      const name = args.name ?? '';
      const question = `Delete destination ${name} of project ${api.project}?`;
      if (!flags.yes && !(await context.prompt.confirm(question, { flag: '--yes', default: false }))) {
        throw new AmpError({ code: 'deploy-declined', message: 'Not deleted; nothing was changed.' });
      }
      const { id } = await deleteHostedDestination(api, name);
      return { removed: { id, name } };
    }),
  view: ({ removed }: { removed: { name: string } }, { output: { style } }) =>
    `${style.good('✓')} Destination ${removed.name} is deleted.`,
};

function keyLines(secret: string | undefined, emphasis: (text: string) => string): string[] {
  return secret === undefined ? [] : ['', `  Signing secret  ${emphasis(secret)}`];
}

/** Throws `usage` for kinds that are of this computer, or that the public API does not take. */
function toHosted(input: NewDestination): HostedNewDestination {
  const { name, kind } = input;
  if (kind === 'webhook' && input.chat === undefined) {
    const { url, headers = {} } = input;
    return { name, type: kind, metadata: { url, ...(Object.keys(headers).length > 0 && { headers }) } };
  }
  if (kind === 'kinesis') {
    const { region, streamName, endpointUrl, partitionKeyTemplate, accessKeyId } = input.settings;
    const { secretAccessKey, sessionToken } = input.secrets;
    return {
      name,
      type: kind,
      metadata: {
        region,
        streamName,
        ...(endpointUrl && { endpointUrl }),
        ...(partitionKeyTemplate && { partitionKeyTemplate }),
      },
      secrets: {
        awsKeyId: accessKeyId,
        awsSecretKey: secretAccessKey,
        ...(sessionToken && { awsSessionToken: sessionToken }),
      },
    };
  }
  throw new AmpError({
    code: 'usage',
    message: 'Hosted projects take webhooks and Kinesis streams here.',
    hint: 'Leave out -p, or add other kinds in the dashboard of the project.',
  });
}

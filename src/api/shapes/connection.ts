import type { InstallationRecord } from '../../installations/installation.ts';
import type { OrgRecord } from '../../orgs/org.ts';
import { described, named, record, text, time } from '../schema/schema.ts';

export const groupSchema = named('Group', record({ groupRef: text(), groupName: text() }));
export const consumerSchema = named('Consumer', record({ consumerRef: text(), consumerName: text() }));

export const connectionSchema = named(
  'Connection',
  record(
    {
      id: described(text(), 'The org and the user who connected it.'),
      projectId: text(),
      provider: text(),
      status: described(
        text({ choices: ['working', 'bad_credentials'] }),
        '`bad_credentials`: the org takes our sign-in no more.',
      ),
    },
    {
      statusReason: text(),
      alias: described(text(), 'Name of the org on this computer.'),
      providerWorkspaceRef: described(text(), "The org's address."),
      group: groupSchema,
      consumer: consumerSchema,
      createTime: time,
      updateTime: time,
    },
  ),
);

/** A connected org as the connection of one customer, or of nobody yet. */
export function toConnection(projectId: string, org: OrgRecord, installation?: InstallationRecord) {
  return {
    id: org.id,
    projectId,
    provider: org.provider,
    status: org.status === 'connected' ? ('working' as const) : ('bad_credentials' as const),
    ...(org.statusReason === undefined ? {} : { statusReason: org.statusReason }),
    alias: org.alias,
    providerWorkspaceRef: org.instanceUrl,
    ...(installation ? { group: toGroup(installation) } : {}),
    ...(installation?.consumerRef === undefined ? {} : { consumer: toConsumer(installation) }),
    createTime: org.createdAt,
    updateTime: org.updatedAt,
  };
}

export function toGroup({ groupRef, groupName }: InstallationRecord) {
  return { groupRef, groupName };
}

function toConsumer({ consumerRef = '', consumerName }: InstallationRecord) {
  return { consumerRef, consumerName: consumerName ?? consumerRef };
}

import { readsObject } from '../../installations/choices.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { findObject } from '../../manifest/identity.ts';
import { findOperations } from '../../operations/find-operations.ts';
import type { OrgRecord } from '../../orgs/org.ts';
import { anything, described, listOf, mapOf, named, record, text, time } from '../schema/schema.ts';
import type { ApiWorld } from '../world.ts';
import { groupSchema, toConnection, toGroup } from './connection.ts';
import { operationStatusSchema } from './operation.ts';

export const installationSchema = named(
  'Installation',
  record(
    {
      id: text(),
      projectId: text(),
      integrationId: text(),
      group: groupSchema,
      healthStatus: described(
        text({ choices: ['healthy', 'unhealthy'] }),
        '`unhealthy`: a read keeps failing, the last operation failed, a choice is missing, or the sign-in is over.',
      ),
      status: described(
        text({ choices: ['active', 'paused', 'action_needed', 'needs_reauth'] }),
        '`action_needed`: a choice is missing, what was chosen before keeps running.',
      ),
      connection: described(
        mapOf(anything),
        'A Connection; only its id when the org is connected on this computer no more.',
      ),
      config: record({
        id: text(),
        revisionId: text(),
        createTime: time,
        createdBy: text(),
        content: described(mapOf(anything), 'The installation config: docs/installations.md.'),
      }),
      pausedObjects: listOf(record({ objectName: text(), pausedAt: time }, { note: text() })),
      createTime: time,
      createdBy: text(),
      updateTime: time,
    },
    { lastOperationStatus: operationStatusSchema, statusReason: text() },
  ),
);

/** `orgs` by OrgRecord.id. */
export function toInstallation(
  world: ApiWorld,
  installation: InstallationRecord,
  orgs: ReadonlyMap<string, OrgRecord>,
) {
  const { id, groupRef, orgId, status, statusReason, config, createdAt, updatedAt } = installation;
  const { state, projectId } = world;
  const [last] = findOperations(state.db, {
    groupRef,
    installationId: id,
    statuses: ['success', 'failure', 'unknown'],
    limit: 1,
  }).operations;
  const isWell = status !== 'needs_reauth' && status !== 'action_needed' && last?.status !== 'failure';
  const org = orgs.get(orgId);
  const createdBy = installation.consumerRef ?? '';
  return {
    id,
    projectId,
    integrationId: installation.integration,
    group: toGroup(installation),
    healthStatus: isWell && !hasFailingRead(world, installation) ? ('healthy' as const) : ('unhealthy' as const),
    ...(last ? { lastOperationStatus: last.status } : {}),
    status,
    ...(statusReason === undefined ? {} : { statusReason }),
    connection: org ? toConnection(projectId, org, installation) : { id: orgId },
    config: {
      id,
      revisionId: revisionIdOf(world, installation.revision),
      createTime: updatedAt,
      createdBy,
      content: config,
    },
    pausedObjects: installation.pausedObjects,
    createTime: createdAt,
    createdBy,
    updateTime: updatedAt,
  };
}

/** An object whose last runs failed, or that is paused for it, whatever its neighbours did since. */
function hasFailingRead({ state, project }: ApiWorld, installation: InstallationRecord): boolean {
  const failing = state.db
    .prepare('SELECT object AS objectName FROM scheduled_reads WHERE installation_id = ? AND failures > 0')
    .all<{ objectName: string }>(installation.id);
  if (failing.length === 0) return false;
  const integration = project.integrationOf(installation);
  const { provider } = installation.config;
  return failing.some(({ objectName }) => {
    const object = findObject(provider, integration?.read?.objects, objectName);
    return object !== undefined && readsObject(provider, installation.config, object);
  });
}

/** Deployed revisions never go away; the number alone stands for one that this runtime has not got. */
function revisionIdOf({ state }: ApiWorld, number: number): string {
  const row = state.db.prepare('SELECT id FROM revisions WHERE number = ?').get<{ id: string }>(number);
  return row?.id ?? `rev_${number}`;
}

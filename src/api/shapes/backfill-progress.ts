import type { InstallationRecord } from '../../installations/installation.ts';
import { findOperations } from '../../operations/find-operations.ts';
import { findReadObject } from '../../runtime/read/read-source.ts';
import { described, integer, named, record, text, time } from '../schema/schema.ts';
import type { ApiWorld } from '../world.ts';

export const backfillProgressSchema = named(
  'BackfillProgress',
  record(
    {
      installationId: text(),
      objectName: text(),
      operationId: text(),
      recordsProcessed: integer({ min: 0 }),
      createTime: time,
      updateTime: time,
    },
    { recordsEstimatedTotal: described(integer({ min: 0 }), "The org's count when it began.") },
  ),
);

/** The latest backfill of an object, by the manifest's or the mapped name; undefined when there was none. */
export function findBackfillProgress(world: ApiWorld, installation: InstallationRecord, name: string) {
  const integration = world.project.integrationOf(installation);
  const objectName = (integration && findReadObject(integration, name)?.objectName) ?? name;
  const { id, groupRef } = installation;
  world.log.flush();
  const [latest] = findOperations(world.state.db, {
    groupRef,
    installationId: id,
    objects: [objectName],
    actions: ['read'],
    readType: 'backfill',
    limit: 1,
  }).operations;
  if (!latest) return undefined;
  const { records = 0, recordsEstimated } = latest.counts;
  return {
    installationId: id,
    objectName,
    operationId: latest.id,
    recordsProcessed: records,
    ...(recordsEstimated === undefined ? {} : { recordsEstimatedTotal: recordsEstimated }),
    createTime: latest.createTime,
    updateTime: latest.updateTime,
  };
}

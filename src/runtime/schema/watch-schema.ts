import type { Outbox } from '../../destinations/destination.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration, ReadObject } from '../../manifest/manifest.ts';
import type { OperationLog } from '../../operations/operation-log.ts';
import { countOf } from '../../platform/group-digits.ts';
import type { Database } from '../../store/database.ts';
import { countChanges } from './diff-schema.ts';
import { type DriftImpact, judgeDrift } from './drift-impact.ts';
import type { Look, LookWorld } from './look-at-object.ts';
import { driftedObjects, type Looked, logLook, lookAtObjects } from './look-at-objects.ts';
import { renderSchemaMessages } from './schema-message.ts';

export interface WatchWorld extends LookWorld {
  db: Database;
  log: OperationLog;
  outbox: Outbox;
  projectId: string;
}

export interface WatchSubject {
  installation: InstallationRecord;
  /** As the installation runs it (LocalProject.integrationOf). */
  integration: Integration;
  /** OrgRecord.id of the connected org and user. */
  orgId: string;
  /** `schedule`, `cli` … */
  startedBy: string;
}

export interface ObjectWatch {
  objectName: string;
  operationId: string;
  /** `absent`: neither used nor in the org, so there is nothing to watch. */
  outcome: 'baseline' | 'same' | 'changed' | 'failed' | 'absent';
  changes: number;
  messages: number;
  error?: unknown;
}

/**
 * One run of the schema watch: every object of the integration's read block is described and compared with what messages
 * have told so far. What is told, the new state and the operation's end commit together, so a run that dies is run again
 * and tells the same. An object that cannot be described is a failed operation and changes nothing; a sign-in that the org
 * does not take (`org-…`) ends the run.
 */
export async function watchSchema(world: WatchWorld, subject: WatchSubject): Promise<ObjectWatch[]> {
  const { installation, integration, orgId, startedBy } = subject;
  const { objects, stopped } = await lookAtObjects(world, {
    scope: installation.id,
    orgId,
    integration,
    config: installation.config,
    operation: {
      integration: installation.integration,
      installationId: installation.id,
      groupRef: installation.groupRef,
      org: orgId,
      revision: installation.revision,
      startedBy,
    },
  });
  const impacts = judgeDrift(integration, installation.config, driftedObjects(world, objects, 'told'));
  const watched = objects.map((one): ObjectWatch => {
    if ('look' in one) return commit(world, subject, one, impacts);
    const { object, operation, outcome, error } = one;
    return { objectName: object.objectName, operationId: operation.id, outcome, changes: 0, messages: 0, error };
  });
  if (stopped) throw stopped.reason;
  return watched;
}

function commit(world: WatchWorld, subject: WatchSubject, one: Looked, impacts: readonly DriftImpact[]): ObjectWatch {
  const { object, operation, look } = one;
  const { objectName } = object;
  const isFirst = look.known?.told === undefined;
  const changes = countChanges(look.sinceTold);
  const about = { objectName, operationId: operation.id, changes };
  try {
    const messages = isFirst ? [] : messagesOf(world, subject, object, operation.id, look);
    world.db.transaction(() => {
      if (messages.length > 0) world.outbox.add(messages);
      saveTold(world, subject, one);
      logLook(operation, look.rawObjectName, { diff: look.sinceTold, fates: look.fates }, impacts);
      operation.annotate({ changes, fields: look.state.length });
      operation.progress({ messages: messages.length });
      operation.succeed(resultText(look, changes, messages.length));
    });
    return { ...about, outcome: isFirst ? 'baseline' : changes > 0 ? 'changed' : 'same', messages: messages.length };
  } catch (error) {
    operation.fail(error);
    return { ...about, outcome: 'failed', messages: 0, error };
  }
}

function messagesOf(world: WatchWorld, subject: WatchSubject, object: ReadObject, operationId: string, look: Look) {
  const { installation, integration } = subject;
  if (!integration.watchSchema) return [];
  const objectName = object.mapToName ?? object.objectName;
  return renderSchemaMessages(
    { projectId: world.projectId, integration, installation, objectName },
    integration.watchSchema,
    { diff: look.sinceTold, fates: look.fates, operationId, now: world.clock.now() },
  );
}

/** Everything was told: what is there now is what receivers know. */
function saveTold({ store, clock }: WatchWorld, { installation, orgId }: WatchSubject, { look, fates }: Looked): void {
  const latest = store.keep(look.state);
  const now = clock.now();
  store.save({
    scope: installation.id,
    object: look.rawObjectName,
    org: orgId,
    baseline: look.known?.baseline ?? latest,
    baselineAt: look.known?.baselineAt ?? now,
    told: latest,
    toldAt: now,
    latest,
    checkedAt: now,
    fates,
  });
}

function resultText({ rawObjectName, state, known }: Look, changes: number, messages: number): string {
  if (known?.told === undefined) return `Baseline of ${rawObjectName}: ${countOf(state.length, 'field')}.`;
  if (changes === 0) return `No field of ${rawObjectName} has changed.`;
  return `${countOf(changes, 'field')} of ${rawObjectName} changed${messages === 0 ? ', of no kind that is told' : ''}.`;
}

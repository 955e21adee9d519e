import type { Outbox } from '../../destinations/destination.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration, ReadObject } from '../../manifest/manifest.ts';
import type { OperationHandle, OperationInput, OperationLog } from '../../operations/operation-log.ts';
import { countOf } from '../../platform/group-digits.ts';
import type { Database } from '../../store/database.ts';
import { countChanges, type SchemaDiff } from './diff-schema.ts';
import { type DriftedObject, type DriftImpact, judgeDrift } from './drift-impact.ts';
import { flowsOf } from './field-uses.ts';
import { type Look, type LookWorld, lookAtObject } from './look-at-object.ts';
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
  /** `absent`: neither read nor in the org, so there is nothing to watch. */
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
  const found: (Looked | ObjectWatch)[] = [];
  let stopped: { reason: unknown } | undefined;
  for (const object of subject.integration.read?.objects ?? []) {
    try {
      found.push(await look(world, subject, object));
    } catch (reason) {
      stopped = { reason };
      break;
    }
  }
  const drifted = new Map(found.flatMap((one) => ('look' in one ? driftOf(world, one) : [])));
  const impacts = judgeDrift(subject.integration, subject.installation.config, drifted);
  const done = found.map((one) => ('look' in one ? commit(world, subject, one, impacts) : one));
  if (stopped) throw stopped.reason;
  return done;
}

function driftOf({ store }: WatchWorld, { look }: Looked): [string, DriftedObject][] {
  const { known, rawObjectName, sinceTold, fates } = look;
  if (known?.told === undefined) return [];
  return [[rawObjectName.toLowerCase(), { before: store.state(known.told), diff: sinceTold, fates }]];
}

interface Looked {
  object: ReadObject;
  operation: OperationHandle;
  look: Look;
}

async function look(world: WatchWorld, subject: WatchSubject, object: ReadObject): Promise<Looked | ObjectWatch> {
  const { objectName } = object;
  const operation = world.log.start(operationOf(subject, objectName));
  try {
    const found = await lookAtObject(world, subject.installation.id, subject.orgId, objectName);
    return { object, operation, look: found };
  } catch (error) {
    const about = { objectName, operationId: operation.id, changes: 0, messages: 0 };
    if (isAbsent(world, subject, objectName, error)) {
      operation.succeed(`${objectName} is not read for this customer and not in their org.`);
      return { ...about, outcome: 'absent' };
    }
    operation.fail(error);
    if (world.signal.aborted || (error instanceof AmpError && error.code.startsWith('org-'))) throw error;
    return { ...about, outcome: 'failed', error };
  }
}

/** An object of the manifest that this customer does not use and their org never had. */
function isAbsent(world: WatchWorld, { installation, integration, orgId }: WatchSubject, name: string, error: unknown) {
  return (
    error instanceof AmpError &&
    error.code === 'salesforce-object-unknown' &&
    flowsOf(integration, installation.config, name).length === 0 &&
    world.store.find(installation.id, orgId, name) === undefined
  );
}

function commit(
  world: WatchWorld,
  subject: WatchSubject,
  { object, operation, look: found }: Looked,
  impacts: readonly DriftImpact[],
): ObjectWatch {
  const { objectName } = object;
  const isFirst = found.known?.told === undefined;
  const changes = countChanges(found.sinceTold);
  const about = { objectName, operationId: operation.id, changes };
  try {
    const messages = isFirst ? [] : messagesOf(world, subject, object, operation.id, found);
    world.db.transaction(() => {
      if (messages.length > 0) world.outbox.add(messages);
      saveLook(world, subject, found);
      logLook(operation, found, impacts);
      operation.annotate({ changes, fields: found.state.length });
      operation.progress({ messages: messages.length });
      operation.succeed(resultText(found, changes, messages.length));
    });
    return { ...about, outcome: isFirst ? 'baseline' : changes > 0 ? 'changed' : 'same', messages: messages.length };
  } catch (error) {
    operation.fail(error);
    return { ...about, outcome: 'failed', messages: 0, error };
  }
}

function messagesOf(world: WatchWorld, subject: WatchSubject, object: ReadObject, operationId: string, found: Look) {
  const { installation, integration } = subject;
  if (!integration.watchSchema) return [];
  const objectName = object.mapToName ?? object.objectName;
  return renderSchemaMessages(
    { projectId: world.projectId, integration, installation, objectName },
    integration.watchSchema,
    { diff: found.sinceTold, fates: found.fates, operationId, now: world.clock.now() },
  );
}

/** Everything was told: what is there now is what receivers know. */
function saveLook({ store, clock }: WatchWorld, { installation, orgId }: WatchSubject, found: Look): void {
  const latest = store.keep(found.state);
  const now = clock.now();
  store.save({
    scope: installation.id,
    object: found.rawObjectName,
    org: orgId,
    baseline: found.known?.baseline ?? latest,
    baselineAt: found.known?.baselineAt ?? now,
    told: latest,
    latest,
    checkedAt: now,
    fates: found.fates,
  });
}

function logLook(operation: OperationHandle, found: Look, impacts: readonly DriftImpact[]): void {
  const object = found.rawObjectName;
  for (const line of describeDiff(found.sinceTold, found.fates)) operation.info(line, { object });
  for (const impact of impacts) {
    if (impact.changedObject !== object.toLowerCase()) continue;
    const mapping = impact.mapping === undefined ? {} : { mapping: impact.mapping };
    operation.warning(impact.message, { object: impact.objectName, ...mapping });
  }
}

function resultText({ rawObjectName, state, known }: Look, changes: number, messages: number): string {
  if (known?.told === undefined) return `Baseline of ${rawObjectName}: ${countOf(state.length, 'field')}.`;
  if (changes === 0) return `No field of ${rawObjectName} has changed.`;
  return `${countOf(changes, 'field')} of ${rawObjectName} changed${messages === 0 ? ', of no kind that is told' : ''}.`;
}

/** `Tier__c: type picklist instead of string.` */
export function describeDiff({ created, deleted, changed }: SchemaDiff, fates: Look['fates']): string[] {
  return [
    ...created.map(({ name, providerType }) => `${name} is new (${providerType}).`),
    ...deleted.map(({ name, fieldName }) =>
      fates[fieldName] === 'hidden'
        ? `${name} is hidden from our user (field-level security).`
        : fates[fieldName] === 'deleted'
          ? `${name} was deleted.`
          : `${name} is gone, or hidden from our user.`,
    ),
    ...changed.map(({ new: now, keys }) => `${now.name} changed: ${keys.join(', ')}.`),
  ];
}

function operationOf({ installation, orgId, startedBy }: WatchSubject, object: string): OperationInput {
  return {
    action: 'schema',
    object,
    integration: installation.integration,
    installationId: installation.id,
    groupRef: installation.groupRef,
    org: orgId,
    revision: installation.revision,
    startedBy,
  };
}

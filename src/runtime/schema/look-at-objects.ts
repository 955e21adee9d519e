import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import type { Integration, ReadObject } from '../../manifest/manifest.ts';
import type { OperationHandle, OperationInput, OperationLog } from '../../operations/operation-log.ts';
import { countChanges, type SchemaDiff } from './diff-schema.ts';
import type { DriftedObject, DriftImpact } from './drift-impact.ts';
import { fieldUses, flowsOf } from './field-uses.ts';
import { type Look, type LookWorld, lookAtObject } from './look-at-object.ts';
import type { FieldFates, KnownFates } from './schema-store.ts';
import { isThere, touchedFields } from './touched-fields.ts';

export interface LookSubject {
  /** Whose memory it is: the installation's id, or `org:<id>`. */
  scope: string;
  /** OrgRecord.id of the connected org and user. */
  orgId: string;
  integration: Integration;
  /** Undefined: the manifest alone. */
  config: InstallationConfig | undefined;
  operation: Omit<OperationInput, 'action' | 'object'>;
}

/** An object that was described; its operation is still open. */
export interface Looked {
  object: ReadObject;
  operation: OperationHandle;
  look: Look;
  /** What is not there: since the baseline, since messages told of it, or although the installation needs it. */
  fates: KnownFates;
}

/** An object that was not, and why; its operation has ended. */
export interface NotLooked {
  object: ReadObject;
  operation: OperationHandle;
  /** `absent`: neither used nor in the org, so there is nothing to look at. */
  outcome: 'failed' | 'absent';
  error?: unknown;
}

export interface LookedAt {
  objects: (Looked | NotLooked)[];
  /** Why the rest was not looked at: told to stop, or the org cannot be reached or does not take our sign-in. */
  stopped?: { reason: unknown };
}

/** Describes every object of the integration's read block, an operation each. Never rejects. */
export async function lookAtObjects(world: LookWorld & { log: OperationLog }, subject: LookSubject): Promise<LookedAt> {
  const objects: (Omit<Looked, 'fates'> | NotLooked)[] = [];
  const summedUp = () => withFates(subject, objects);
  for (const object of subject.integration.read?.objects ?? []) {
    const { objectName } = object;
    const operation = world.log.start({ ...subject.operation, action: 'schema', object: objectName });
    try {
      objects.push({ object, operation, look: await lookAtObject(world, subject.scope, subject.orgId, objectName) });
    } catch (error) {
      if (isAbsent(world, subject, objectName, error)) {
        operation.succeed(`${objectName} is not used for this customer and not in their org.`);
        objects.push({ object, operation, outcome: 'absent' });
        continue;
      }
      operation.fail(error);
      objects.push({ object, operation, outcome: 'failed', error });
      if (world.signal.aborted || isOfTheOrg(error)) return { objects: summedUp(), stopped: { reason: error } };
    }
  }
  return { objects: summedUp() };
}

/** The next object would meet the same. */
function isOfTheOrg(error: unknown): boolean {
  return error instanceof AmpError && (error.code.startsWith('org-') || error.code === 'salesforce-unreachable');
}

/** Adds what is not there although it is needed. Why a field went stays known after that was accepted. */
function withFates(
  { integration, config }: LookSubject,
  objects: readonly (Omit<Looked, 'fates'> | NotLooked)[],
): LookedAt['objects'] {
  const states = new Map(
    objects.flatMap((one) => ('look' in one ? [[one.look.rawObjectName.toLowerCase(), one.look.state] as const] : [])),
  );
  const stateOf = (object: string) => states.get(object);
  const missing = fieldUses(integration, config)
    .flatMap(({ path, objectName }) => touchedFields(path, objectName.toLowerCase(), stateOf))
    .filter((one) => !isThere(one, stateOf));
  return objects.map((one) => {
    if (!('look' in one)) return one;
    const { rawObjectName, known, fates } = one.look;
    const own = missing.filter(({ object }) => object === rawObjectName.toLowerCase());
    const needed = Object.fromEntries(own.map(({ field }) => [field, known?.fates[field] ?? 'gone'] as const));
    return { ...one, fates: { ...needed, ...fates } };
  });
}

/** An object of the manifest that this customer does not use and their org never had. */
function isAbsent({ store }: LookWorld, subject: LookSubject, objectName: string, error: unknown): boolean {
  return (
    error instanceof AmpError &&
    error.code === 'salesforce-object-unknown' &&
    subject.config !== undefined &&
    flowsOf(subject.integration, subject.config, objectName).length === 0 &&
    store.find(subject.scope, subject.orgId, objectName) === undefined
  );
}

/** What judging needs of the described objects, compared with the baseline or with what messages have told. */
export function driftedObjects(
  { store }: LookWorld,
  objects: LookedAt['objects'],
  since: 'baseline' | 'told',
): Map<string, DriftedObject> {
  return new Map(
    objects.flatMap((one) => {
      if (!('look' in one)) return [];
      const { known, rawObjectName, sinceBaseline, sinceTold } = one.look;
      // The first look has no before: what it finds is what was.
      const before = known?.[since];
      const diff = since === 'told' ? sinceTold : sinceBaseline;
      const { fates } = since === 'told' ? one.look : one;
      // Without a difference, what is now is what was.
      const state = before === undefined || countChanges(diff) === 0 ? one.look.state : store.state(before);
      return [[rawObjectName.toLowerCase(), { before: state, diff, fates }]];
    }),
  );
}

/** The differences in words, and what they mean for whom, as lines of the operation. */
export function logLook(
  operation: OperationHandle,
  rawObjectName: string,
  { diff, fates }: { diff: SchemaDiff; fates: FieldFates },
  impacts: readonly DriftImpact[],
): void {
  for (const line of describeDiff(diff, fates)) operation.info(line, { object: rawObjectName });
  for (const impact of impacts) {
    if (impact.changedObject !== rawObjectName.toLowerCase()) continue;
    const mapping = impact.mapping === undefined ? {} : { mapping: impact.mapping };
    operation.warning(impact.message, { object: impact.objectName, ...mapping });
  }
}

function describeDiff({ created, deleted, changed }: SchemaDiff, fates: FieldFates): string[] {
  return [
    ...created.map(({ name, providerType }) => `${name} is new (${providerType}).`),
    ...deleted.map(({ name, fieldName }) => `${name} ${fateText(fates[fieldName])}.`),
    ...changed.map(({ new: now, keys }) => `${now.name} changed: ${keys.join(', ')}.`),
  ];
}

function fateText(fate: FieldFates[string] | undefined): string {
  if (fate === 'deleted') return 'was deleted';
  if (fate === 'hidden') return 'is hidden from our user (field-level security)';
  return 'is gone, or hidden from our user';
}

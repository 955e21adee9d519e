import { describeFailure } from '../../operations/failure.ts';
import type { OperationLog } from '../../operations/operation-log.ts';
import { countOf } from '../../platform/group-digits.ts';
import type { FieldMetadata } from '../../providers/salesforce/describe/field-metadata.ts';
import type { Database } from '../../store/database.ts';
import { type ComparedKey, countChanges } from './diff-schema.ts';
import { type DriftImpact, judgeDrift } from './drift-impact.ts';
import type { Look, LookWorld } from './look-at-object.ts';
import {
  driftedObjects,
  type Looked,
  type LookedAt,
  type LookSubject,
  logLook,
  lookAtObjects,
} from './look-at-objects.ts';
import type { DeletedField } from './schema-message.ts';
import { type SchemaField, toMetadata } from './schema-state.ts';

/** What changed since the baseline, object by object, and what that means. */
export interface Drift {
  objects: ObjectDrift[];
  impacts: DriftImpact[];
}

export interface ObjectDrift {
  /** Manifest's spelling. */
  objectName: string;
  operationId: string;
  /** `baseline`: looked at for the first time. `absent`: neither used nor in the org. */
  outcome: 'baseline' | 'same' | 'changed' | 'failed' | 'absent';
  /** ISO time; absent when nothing is known of the object. */
  baselineAt?: string;
  createdFields: DriftField[];
  deletedFields: (DriftField & Pick<DeletedField, 'reason'>)[];
  changedFields: { keys: ComparedKey[]; oldSchema: DriftField; newSchema: DriftField }[];
  error?: { code: string; message: string };
}

/** A field as messages tell it, and the name under which people find it in the org. */
export interface DriftField extends FieldMetadata {
  /** Org's spelling. */
  apiName: string;
}

export interface DriftWorld extends LookWorld {
  db: Database;
  log: OperationLog;
  /** Afterwards what is there now is the new baseline. */
  accept: boolean;
}

/**
 * Compares every object of the read block with its baseline, which the first look makes. Messages are the watch's business:
 * none is sent, and none is lost. Throws `org-…` when the org does not take our sign-in, and the reason of `signal`.
 */
export async function checkDrift(world: DriftWorld, subject: LookSubject): Promise<Drift> {
  const looked = await lookAtObjects(world, subject);
  const impacts = judgeDrift(subject.integration, subject.config, driftedObjects(world, looked.objects, 'baseline'));
  const objects = looked.objects.map((one) => ('look' in one ? keep(world, subject, one, impacts) : notLooked(one)));
  if (looked.stopped) throw looked.stopped.reason;
  return { objects, impacts };
}

function keep(
  world: DriftWorld,
  subject: LookSubject,
  { object, operation, look, fates }: Looked,
  impacts: DriftImpact[],
): ObjectDrift {
  const { store, clock, db, accept } = world;
  const { known, sinceBaseline } = look;
  const now = clock.now();
  const changes = countChanges(sinceBaseline);
  const isNew = known === undefined;
  db.transaction(() => {
    const latest = store.keep(look.state);
    const moves = isNew || accept;
    store.save({
      scope: subject.scope,
      object: look.rawObjectName,
      org: subject.orgId,
      baseline: moves ? latest : known.baseline,
      baselineAt: moves ? now : known.baselineAt,
      told: known?.told,
      toldAt: known?.toldAt,
      latest,
      checkedAt: now,
      fates,
    });
    logLook(operation, look.rawObjectName, { diff: sinceBaseline, fates: look.fates }, impacts);
    operation.annotate({ changes, fields: look.state.length });
    operation.succeed(
      isNew
        ? `Baseline of ${look.rawObjectName}: ${countOf(look.state.length, 'field')}.`
        : `${countOf(changes, 'field')} of ${look.rawObjectName} changed since the baseline.`,
    );
  });
  return {
    objectName: object.objectName,
    operationId: operation.id,
    outcome: isNew ? 'baseline' : changes > 0 ? 'changed' : 'same',
    baselineAt: new Date(known?.baselineAt ?? now).toISOString(),
    ...listsOf(look),
  };
}

function listsOf({ sinceBaseline: { created, deleted, changed }, fates }: Look) {
  return {
    createdFields: created.map(toDriftField),
    deletedFields: deleted.map((field) => {
      const reason = fates[field.fieldName];
      return { ...toDriftField(field), ...(reason && { reason }) };
    }),
    changedFields: changed.map(({ keys, old, new: now }) => ({
      keys,
      oldSchema: toDriftField(old),
      newSchema: toDriftField(now),
    })),
  };
}

function toDriftField(field: SchemaField): DriftField {
  return { apiName: field.name, ...toMetadata(field) };
}

function notLooked({ object, operation, outcome, error }: Exclude<LookedAt['objects'][number], Looked>): ObjectDrift {
  const about = { objectName: object.objectName, operationId: operation.id, outcome };
  const nothing = { createdFields: [], deletedFields: [], changedFields: [] };
  if (error === undefined) return { ...about, ...nothing };
  const { code, title } = describeFailure(error);
  return { ...about, ...nothing, error: { code, message: title } };
}

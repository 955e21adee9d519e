import { randomUUID } from 'node:crypto';
import type { ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import { keyMatch } from '../prepare-write.ts';
import type { PreparedRow, PreparedWrite } from '../prepared.ts';
import type { PreparedContent } from './queue-store.ts';
import type { QueuedHead } from './queued-write.ts';

/** The prepared write as the queue keeps it, with the way its creates can be repeated. */
export function contentOf(prepared: PreparedWrite, object: ObjectSchema): PreparedContent {
  const { rows, ...rest } = prepared;
  const createKey = prepared.type === 'create' ? findCreateKey(object, rows) : undefined;
  const head: QueuedHead = { ...rest, ...(createKey ? { createKey } : {}) };
  if (!fitsKeyedCreate(head, rows)) return { head, rows, way: 'plain' };
  return { head: { ...head, idempotencyKey: randomUUID() }, rows, way: 'keyed' };
}

/** A field that is an external id and unique, and that every record has a value for. */
function findCreateKey(object: ObjectSchema, rows: readonly PreparedRow[]): QueuedHead['createKey'] {
  const isGiven = (value: unknown) => value !== null && value !== undefined && value !== '';
  const field = object.fields.find(
    ({ externalId, unique, name }) => externalId && unique && rows.every(({ create }) => isGiven(create?.[name])),
  );
  if (!field) return undefined;
  const { keyMatch: match } = keyMatch(object, field.name);
  return { field: field.name, ...(match ? { match } : {}) };
}

/** Objects whose records are assigned by rules: the UI API leaves those out unless asked. */
const assignedObjects = new Set(['Lead', 'Case']);

function fitsKeyedCreate(head: QueuedHead, rows: readonly PreparedRow[]): boolean {
  return (
    head.type === 'create' &&
    rows.length === 1 &&
    head.createKey === undefined &&
    Object.keys(head.headers).length === 0 &&
    !assignedObjects.has(head.object) &&
    // A parent by its external id is an object in an object, which the UI API does not take.
    Object.values(rows[0]!.create ?? {}).every(
      (value) => value === null || typeof value !== 'object' || 'text' in value,
    )
  );
}

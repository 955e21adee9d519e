import { AmpError } from '../../errors/amp-error.ts';
import type { WriteNames } from '../../mapping/reverse/write-names.ts';
import { findField, type ObjectSchema } from '../../providers/salesforce/describe/object-schema.ts';

/**
 * The field an upsert goes by: the one named (mapped or org name), else the object's only one. It must be an external id
 * and unique: without the latter one key may stand for several records. Throws `write-key-missing`.
 */
export function findKeyField(names: WriteNames, object: ObjectSchema, wanted: string | undefined): string {
  const candidates = object.fields.filter(({ externalId, unique }) => externalId && unique).map(({ name }) => name);
  if (wanted === undefined) {
    if (candidates.length === 1) return candidates[0]!;
    throw noKey(`An upsert of ${object.name} needs an external id field.`, candidates);
  }
  const { target } = names.resolve(wanted);
  const field = target.kind === 'field' ? findField(object, target.field.name) : undefined;
  if (!field) throw noKey(`${object.name} has no field "${wanted}".`, candidates);
  if (field.externalId && field.unique) return field.name;
  const lacks = field.externalId ? 'is not unique' : 'is not an external id';
  throw noKey(`${object.name}.${field.name} ${lacks}, so it cannot say which record is meant.`, candidates);
}

function noKey(message: string, candidates: readonly string[]): AmpError {
  return new AmpError({
    code: 'write-key-missing',
    message,
    hint:
      candidates.length > 0
        ? `Name one of: ${candidates.join(', ')}.`
        : 'The object has no external id field that is unique; an administrator can add one.',
  });
}

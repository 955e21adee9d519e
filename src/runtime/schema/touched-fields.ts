import type { SchemaState } from './schema-state.ts';

/** A field of one object, both in lower case. */
export interface TouchedField {
  object: string;
  field: string;
}

/**
 * The fields a path goes through, from `object` on: the field itself, or the reference of each step and the field at its end,
 * in every object the reference may lead to. A step that is no field there is named all the same, except where the reference
 * has other objects to find it in. What is not known (`stateOf` answers undefined) is left out.
 */
export function touchedFields(
  path: readonly string[],
  object: string,
  stateOf: (object: string) => SchemaState | undefined,
): TouchedField[] {
  const [step = '', ...rest] = path;
  const state = stateOf(object);
  if (!state) return [];
  const wanted = step.toLowerCase();
  const isField = state.some(({ fieldName }) => fieldName === wanted);
  // Parts of a compound are hidden with it; other steps walk into the value.
  if (isField) return [{ object, field: wanted }];
  const reference = state.find(({ relationshipName }) => relationshipName?.toLowerCase() === wanted);
  if (!reference) return [{ object, field: wanted }];
  if (rest.length === 0) return [];
  const parents = (reference.referenceTo ?? []).map((parent) => parent.toLowerCase());
  const touched = parents.flatMap((parent) => touchedFields(rest, parent, stateOf));
  const own = { object, field: reference.fieldName };
  return [own, ...(parents.length === 1 ? touched : touched.filter((one) => isThere(one, stateOf)))];
}

export function isThere(
  { object, field }: TouchedField,
  stateOf: (object: string) => SchemaState | undefined,
): boolean {
  return stateOf(object)?.some(({ fieldName }) => fieldName === field) ?? false;
}

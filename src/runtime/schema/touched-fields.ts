import type { SchemaState } from './schema-state.ts';

/** A field of one object, both in lower case. */
export interface TouchedField {
  object: string;
  field: string;
}

/**
 * The fields a path goes through, from `object` on: the field itself, or the reference of each step and the field at its end,
 * in every object the reference may lead to. What is not known (`stateOf` answers undefined) is left out.
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
  const own = state.find(({ fieldName }) => fieldName === wanted);
  // Parts of a compound are hidden with it; other steps walk into the value.
  if (own) return [{ object, field: wanted }];
  const reference = state.find(({ relationshipName }) => relationshipName?.toLowerCase() === wanted);
  if (!reference || rest.length === 0) return [];
  return [
    { object, field: reference.fieldName },
    ...(reference.referenceTo ?? []).flatMap((parent) => touchedFields(rest, parent.toLowerCase(), stateOf)),
  ];
}

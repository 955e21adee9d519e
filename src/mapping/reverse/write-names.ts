import { segmentsOf } from '../../manifest/field-path.ts';
import { mappedKey } from '../../manifest/identity.ts';
import { type FieldPath, findParent } from '../field-plan.ts';
import { type FieldShape, findComponent, findField, isCompound, type ObjectShape } from '../object-shape.ts';
import { fieldKey } from '../selection.ts';

/** A mapping as writes see it. */
export interface WriteMapping {
  mapToName: string;
  /** Provider field or path; undefined = declared, and left unmapped by this customer. */
  source: string | undefined;
}

/** Where a name of a record leads. */
export type WriteTarget =
  | { kind: 'field'; field: FieldShape }
  /** An object whose keys are parts: `{city, street}`; null clears them all. */
  | { kind: 'compound'; field: FieldShape }
  /** A place inside the body: steps through nested objects. */
  | { kind: 'nested'; path: FieldPath }
  /** A parent named by its external id: `{"Owner": {"Ext__c": "…"}}` goes out as it is. */
  | { kind: 'parent'; name: string }
  /** A field of a related record; `reference` is the field to write instead. */
  | { kind: 'read-only'; reference: string }
  | { kind: 'unmapped' }
  /** The org has no such field; `name` is what would be sent. */
  | { kind: 'unknown'; name: string };

export interface NamedTarget {
  target: WriteTarget;
  /** Delivered value → provider value. */
  values: ReadonlyMap<string, string> | undefined;
}

/** The names a caller may use for the fields of one object, mapped ones first. */
export interface WriteNames {
  object: ObjectShape;
  /** Undefined for steps that are neither a mapped name nor the way to one nor a single name. */
  find(path: FieldPath): NamedTarget | undefined;
  /** Whether mapped names lie below these steps. */
  leadsOn(path: FieldPath): boolean;
  /** A name as configs write it: mapped, provider's, or a path. */
  resolve(written: string): NamedTarget;
}

/** Builds the names of one object. `valueMappings`: field (mapped or provider name) → delivered value → provider value. */
export function createWriteNames(
  object: ObjectShape,
  mappings: readonly WriteMapping[],
  valueMappings: Readonly<Record<string, Readonly<Record<string, string>>>>,
): WriteNames {
  const values = new Map(
    Object.entries(valueMappings).map(([name, map]) => [fieldKey(name), new Map(Object.entries(map))]),
  );
  const mapped = new Map<string, NamedTarget>();
  const prefixes = new Set<string>();
  for (const { mapToName, source } of mappings) {
    const path = segmentsOf(mapToName);
    mapped.set(keyOf(path), {
      target: source === undefined ? { kind: 'unmapped' } : targetOf(object, source),
      values: values.get(fieldKey(mapToName)) ?? (source === undefined ? undefined : values.get(fieldKey(source))),
    });
    for (let steps = 1; steps < path.length; steps++) prefixes.add(keyOf(path.slice(0, steps)));
  }
  const byProviderName = (written: string): NamedTarget => ({
    target: targetOf(object, written),
    values: values.get(fieldKey(written)),
  });
  // A file of records asks for the same few names again and again; names of its data are not kept without end.
  const plain = new Map<string, NamedTarget>();
  const findPlain = (name: string): NamedTarget => {
    let found = plain.get(name);
    if (!found) {
      found = mapped.get(keyOf([name])) ?? byProviderName(name);
      if (plain.size < mostKeptNames) plain.set(name, found);
    }
    return found;
  };
  const find = (path: FieldPath) => (path.length === 1 ? findPlain(path[0]!) : mapped.get(keyOf(path)));
  return {
    object,
    find,
    leadsOn: (path) => prefixes.size > 0 && prefixes.has(keyOf(path)),
    resolve: (written) => mapped.get(keyOf(segmentsOf(mappedKey(written)))) ?? byProviderName(written),
  };
}

const mostKeptNames = 5_000;

const keyOf = (path: FieldPath) => JSON.stringify(path);

/** Describe decides: compound field, else relationship name, else a plain walk. */
function targetOf(object: ObjectShape, written: string): WriteTarget {
  const [first = '', ...rest] = segmentsOf(written);
  const field = findField(object, first);
  if (rest.length === 0) {
    if (field) return isCompound(field) ? { kind: 'compound', field } : { kind: 'field', field };
    const reference = findParent(object, first);
    return reference ? { kind: 'parent', name: reference.relationshipName! } : { kind: 'unknown', name: first };
  }
  const component = field && rest.length === 1 ? findComponent(object, field, rest[0]!) : undefined;
  if (component) return { kind: 'field', field: component };
  const reference = findParent(object, first);
  if (reference) return { kind: 'read-only', reference: reference.name };
  if (field || first === 'attributes') return { kind: 'nested', path: [field?.name ?? first, ...rest] };
  return { kind: 'unknown', name: first };
}

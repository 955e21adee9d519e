import { formatFieldPath, segmentsOf } from '../../manifest/field-path.ts';
import type { FieldPath } from '../field-plan.ts';
import { type Json, JsonNumber, type JsonObject } from '../json.ts';
import { componentsOf, findComponent } from '../object-shape.ts';
import type { NamedTarget, WriteNames, WriteTarget } from './write-names.ts';

/** One value of a record and where it goes. */
export interface Assignment {
  /** As the caller wrote it: `stage`, or `$['owner']['email']`. */
  name: string;
  target: WriteTarget;
  /** The provider's value. */
  value: Json;
}

/** Takes a record apart: nested mapped names into fields, compounds into their parts, delivered values into the provider's. */
export function reverseRecord(names: WriteNames, record: JsonObject): Assignment[] {
  const assignments: Assignment[] = [];
  const take = (path: FieldPath, value: Json) => {
    const name = path.length === 1 ? path[0]! : formatFieldPath(path);
    if (names.leadsOn(path) && isObject(value)) {
      for (const [key, part] of Object.entries(value)) take([...path, key], part);
      return;
    }
    const found = names.find(path) ?? { target: { kind: 'unknown', name }, values: undefined };
    assign(name, found as NamedTarget, value);
  };
  const assign = (name: string, { target, values }: NamedTarget, value: Json) => {
    if (target.kind !== 'compound') {
      assignments.push({ name, target, value: providerValue(values, value) });
      return;
    }
    if (value === null) {
      for (const field of componentsOf(names.object, target.field)) {
        if (field.updateable !== false) assignments.push({ name, target: { kind: 'field', field }, value });
      }
    } else if (isObject(value)) {
      for (const [key, part] of Object.entries(value)) {
        const field = findComponent(names.object, target.field, key);
        const partName = `${name}.${key}`;
        assignments.push({
          name: partName,
          target: field ? { kind: 'field', field } : { kind: 'unknown', name: partName },
          value: part,
        });
      }
    } else assignments.push({ name, target: { kind: 'field', field: target.field }, value });
  };
  for (const [key, value] of Object.entries(record)) {
    // A path may also stand as one key.
    const path = key.startsWith('$') ? segmentsOf(key) : [key];
    const found = path.length > 1 && names.find(path) === undefined ? names.resolve(key) : undefined;
    if (found) assign(key, found, value);
    else take(path, value);
  }
  return assignments;
}

function providerValue(values: ReadonlyMap<string, string> | undefined, value: Json): Json {
  if (!values || value === null) return value;
  const key = typeof value === 'object' && !(value instanceof JsonNumber) ? undefined : String(value);
  return (key === undefined ? undefined : values.get(key)) ?? value;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof JsonNumber);
}

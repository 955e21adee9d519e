import type { FieldPath, FieldPlan, PlanTarget } from './field-plan.ts';
import { type Json, JsonNumber, type JsonObject } from './json.ts';

/** One entry of a message or line of output. */
export interface Entry extends JsonObject {
  fields: JsonObject;
  mappedFields: JsonObject;
  raw: JsonObject;
}

/**
 * Maps one record as Salesforce returned it (nested parents, `attributes` first). `raw` is that record, untouched. What the record
 * does not hold is null, or with `isPart` left out of `fields`: of a part of a record a null would be an invention.
 */
export function mapRecord(plan: FieldPlan, record: JsonObject, isPart = false): Entry {
  const fields: JsonObject = {};
  const mappedFields: JsonObject = {};
  for (const target of plan.targets) {
    const value = delivered(target, sourceValue(plan, target, record));
    if (target.place !== 'fields') setAt(mappedFields, target.path, value);
    else if (value !== null || !isPart) fields[target.path[0]!] = value;
  }
  return { fields, mappedFields, raw: record };
}

/** The entry of a record that was deleted in the org: its id and the mark, the record as returned. */
export function mapTombstone(id: string, raw: JsonObject): Json {
  return { id, deleted: true, fields: { id }, mappedFields: {}, raw };
}

function sourceValue(plan: FieldPlan, target: PlanTarget, record: JsonObject): Json {
  const { source } = target;
  if (source.kind === 'column') return walk(record, plan.columns[source.column]!.path);
  if (source.kind === 'walk') return walk(record, source.path);
  const parts = source.parts.map((part) => [part.key, walk(record, plan.columns[part.column]!.path)] as const);
  return parts.every(([, value]) => value === null) ? null : Object.fromEntries(parts);
}

function walk(record: JsonObject, path: FieldPath): Json {
  if (path.length === 1) return Object.hasOwn(record, path[0]!) ? (record[path[0]!] ?? null) : null;
  let value: Json = record;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) return null;
    if (!Object.hasOwn(value, step)) return null;
    value = value[step] ?? null;
  }
  return value;
}

function delivered(target: PlanTarget, value: Json): Json {
  if (!target.values || value === null) return value;
  const key = typeof value === 'object' && !(value instanceof JsonNumber) ? undefined : String(value);
  return (key === undefined ? undefined : target.values.get(key)) ?? value;
}

/** Nested targets merge: `$['a']['b']` and `$['a']['c']` share one `a`. */
function setAt(root: JsonObject, path: FieldPath, value: Json): void {
  let place = root;
  for (const step of path.slice(0, -1)) {
    const next = Object.hasOwn(place, step) ? place[step] : undefined;
    if (next && typeof next === 'object' && !Array.isArray(next) && !(next instanceof JsonNumber)) place = next;
    else place = define(place, step, {}) as JsonObject;
  }
  define(place, path.at(-1)!, value);
}

// A plain assignment to `__proto__` would change the object instead of its keys.
function define(place: JsonObject, key: string, value: Json): Json {
  Object.defineProperty(place, key, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

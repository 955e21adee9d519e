import { AmpError } from '../errors/amp-error.ts';
import { formatFieldPath, parseFieldPath } from '../manifest/field-path.ts';
import {
  type ColumnKind,
  columnKind,
  componentKey,
  componentsOf,
  type FieldShape,
  findComponent,
  findField,
  isCompound,
  type ObjectShape,
} from './object-shape.ts';
import { fieldKey, type Selection } from './selection.ts';

/** Steps to a value: `['Owner', 'Name']`; a plain name is one step. */
export type FieldPath = readonly string[];

/**
 * A selection checked against the org: the columns to ask for, each once, and where their values go. The same plan maps
 * REST records, Bulk rows and change events, and is walked backwards by writes.
 */
export interface FieldPlan {
  /** The org's spelling. */
  object: string;
  columns: PlanColumn[];
  targets: PlanTarget[];
  /** For people: formulas, left-out files. */
  notices: string[];
}

export interface PlanColumn {
  /** `['Name']`, or a parent path `['Owner', 'Name']`. */
  path: FieldPath;
  kind: ColumnKind;
  /** Objects that each parent step may lead to: `[['User', 'Group']]`; empty for own fields. */
  parents: readonly (readonly string[])[];
}

export interface PlanTarget {
  place: 'fields' | 'mappedFields';
  /** Lower-case field name, or the steps of `mapToName`. */
  path: FieldPath;
  source: PlanSource;
  /** Provider value → delivered value. */
  values: ReadonlyMap<string, string> | undefined;
  /** The source as the manifest or config wrote it. */
  writtenAs: string;
}

export type PlanSource =
  | { kind: 'column'; column: number }
  /** Parts of a compound under their keys; null when all are null. */
  | { kind: 'compound'; parts: readonly { key: string; column: number }[] }
  /** Steps through the returned record; a missing step is null. */
  | { kind: 'walk'; path: FieldPath };

export interface PlanInput {
  selection: Selection;
  object: ObjectShape;
  /** Described objects by lower-case name, for parent paths. */
  parents: ReadonlyMap<string, ObjectShape>;
  /** Watermark column, when the object has one. */
  watermark: string | undefined;
}

/** Parent paths go up five levels (SOQL and SOSL Reference, "Relationship Queries"). */
const maxParentSteps = 5;

/**
 * Checks the selection against the described object. `missing` lists objects whose describe is needed first (parents of
 * relationship paths). Throws `read-field-missing`, `read-path-invalid`, `read-path-too-deep`.
 */
export function planFields(input: PlanInput): { plan: FieldPlan } | { missing: string[] } {
  const { selection, object } = input;
  const columns: PlanColumn[] = [];
  const columnAt = new Map<string, number>();
  const targets: PlanTarget[] = [];
  const notices: string[] = [];
  const missing = new Set<string>();

  const addColumn = (path: FieldPath, kind: ColumnKind, parents: PlanColumn['parents'] = []): number => {
    const key = path.join('.').toLowerCase();
    let index = columnAt.get(key);
    if (index === undefined) {
      index = columns.push({ path, kind, parents }) - 1;
      columnAt.set(key, index);
    }
    return index;
  };
  const addField = (field: FieldShape): number => {
    if (field.calculated) notices.push(`${field.name} is a formula: it can change without the record's stamp moving.`);
    return addColumn([field.name], columnKind(field.type));
  };

  const resolve = (written: string, usedBy: string): PlanSource => {
    const parsed = parseFieldPath(written);
    if ('fault' in parsed) throw invalidPath(written, parsed);
    const [first, ...rest] = parsed.segments;
    const field = findField(object, first!);
    if (rest.length === 0) {
      if (!field) throw missingField(object, written, usedBy);
      if (!isCompound(field)) return { kind: 'column', column: addField(field) };
      const parts = componentsOf(object, field)
        .map((part) => ({ key: componentKey(field, part), column: addField(part) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      return { kind: 'compound', parts };
    }
    const component = field && rest.length === 1 ? findComponent(object, field, rest[0]!) : undefined;
    if (component) return { kind: 'column', column: addField(component) };
    if (findParent(object, first!)) return resolveParent(parsed.segments, written, usedBy);
    if (field) addField(field);
    else if (first !== 'attributes') throw missingField(object, written, usedBy);
    return { kind: 'walk', path: field ? [field.name, ...rest] : parsed.segments };
  };

  const resolveParent = (path: FieldPath, written: string, usedBy: string): PlanSource => {
    if (path.length - 1 > maxParentSteps) throw tooDeep(written, path.length - 1);
    const canonical: string[] = [];
    const parents: string[][] = [];
    let shapes: ObjectShape[] = [object];
    for (const step of path.slice(0, -1)) {
      const reference = first(shapes, (shape) => findParent(shape, step));
      if (!reference) throw missingField(shapes[0]!, written, usedBy);
      canonical.push(reference.relationshipName!);
      parents.push([...(reference.referenceTo ?? [])]);
      const known = (reference.referenceTo ?? []).map((name) => input.parents.get(name.toLowerCase()));
      for (const [i, shape] of known.entries()) if (!shape) missing.add(reference.referenceTo![i]!);
      shapes = known.filter((shape) => shape !== undefined);
      if (shapes.length === 0) return { kind: 'walk', path };
    }
    const field = first(shapes, (shape) => findField(shape, path.at(-1)!));
    // What several objects share (Name) also says which of them it is, whether they have such a field or not.
    if (parents.at(-1)!.length > 1 && path.at(-1)!.toLowerCase() === 'type')
      return { kind: 'column', column: addColumn([...canonical, 'Type'], 'text', parents) };
    if (!field) throw missingField(shapes[0]!, written, usedBy);
    return { kind: 'column', column: addColumn([...canonical, field.name], columnKind(field.type), parents) };
  };

  addColumn([findField(object, 'Id')?.name ?? 'Id'], 'text');
  const mappedSources = new Set(selection.mappings.map((mapping) => fieldKey(mapping.source)));
  const valueMappings = new Map(Object.entries(selection.valueMappings).map(([name, map]) => [fieldKey(name), map]));
  const reversed = (...names: string[]) => {
    for (const name of names) {
      const map = valueMappings.get(fieldKey(name));
      if (map) return new Map(Object.entries(map).map(([delivered, provider]) => [provider, delivered]));
    }
    return undefined;
  };
  const own = new Set<string>();
  const addOwn = (name: string) => {
    const key = fieldKey(name);
    if (mappedSources.has(key) || own.has(key)) return;
    own.add(key);
    targets.push({
      place: 'fields',
      path: [key],
      source: resolve(name, 'selected field'),
      values: reversed(name),
      writtenAs: name,
    });
  };
  for (const name of selection.fields) addOwn(name);
  if (selection.allFields) {
    for (const field of object.fields) {
      if (field.type === 'base64') notices.push(`${field.name} holds a file and is left out.`);
      else if (!isCompound(field)) addOwn(field.name);
    }
  }
  for (const mapping of selection.mappings) {
    const place = parseFieldPath(mapping.mapToName);
    if ('fault' in place) throw invalidPath(mapping.mapToName, place);
    targets.push({
      place: 'mappedFields',
      path: place.segments,
      source: resolve(mapping.source, `mapping "${mapping.mapToName}"`),
      values: reversed(mapping.mapToName, mapping.source),
      writtenAs: mapping.source,
    });
  }
  if (input.watermark) addColumn([input.watermark], 'datetime');
  if (missing.size > 0) return { missing: [...missing] };
  return { plan: { object: object.name, columns, targets, notices } };
}

/** The reference field whose relationship a path step names (`Owner` → OwnerId). */
export function findParent(object: ObjectShape, step: string): FieldShape | undefined {
  const wanted = step.toLowerCase();
  return object.fields.find((field) => field.relationshipName?.toLowerCase() === wanted);
}

function first<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function missingField(object: ObjectShape, written: string, usedBy: string): AmpError {
  return new AmpError({
    code: 'read-field-missing',
    message: `${object.name} shows this user no field for ${renderName(written)} (${usedBy}).`,
    hint: 'Either the name is wrong or was deleted in the org, or field-level security hides it from the connected user.',
    details: { object: object.name, field: written, usedBy },
  });
}

function renderName(written: string): string {
  const parsed = parseFieldPath(written);
  return 'segments' in parsed && parsed.segments.length > 1 ? formatFieldPath(parsed.segments) : `"${written}"`;
}

function invalidPath(written: string, { fault, offset }: { fault: string; offset: number }): AmpError {
  return new AmpError({
    code: 'read-path-invalid',
    message: `The field path ${written} is wrong at character ${offset + 1}: ${fault}.`,
    details: { path: written, offset },
  });
}

function tooDeep(written: string, levels: number): AmpError {
  return new AmpError({
    code: 'read-path-too-deep',
    message: `The field path ${written} goes ${levels} parents up; Salesforce allows ${maxParentSteps}.`,
    details: { path: written, levels },
  });
}

import { formatFieldPath, parseFieldPath } from '../manifest/field-path.ts';
import type { FieldEntry, ReadObject } from '../manifest/manifest.ts';
import type { OrgObject } from '../manifest/org-schema.ts';
import type { OrgTypes } from './message-types.ts';
import { literal, propertyName } from './typescript.ts';

/** A node of nested mapped names: a value, or names below. */
interface NameNode {
  type?: string;
  isOptional: boolean;
  below: Map<string, NameNode>;
}

/** `…Fields` and `…MappedFields` of one read object. */
export function renderFieldTypes(base: string, object: ReadObject, types: OrgTypes | undefined): string {
  const entries = [
    ...object.requiredFields.map((entry) => ({ entry, isOptional: false })),
    ...object.optionalFields.map((entry) => ({ entry, isOptional: true })),
  ];
  const fields = new Map<string, string>();
  const mapped: NameNode = { isOptional: false, below: new Map() };
  for (const { entry, isOptional } of entries) {
    if (entry.mapToName === undefined) addField(fields, entry, isOptional, types);
    else place(mapped, segmentsOf(entry.mapToName), typeOfEntry(entry, types), isOptional);
  }
  const anyField =
    object.optionalFieldsAuto === 'all'
      ? ['  /** Any other field the customer picked. */', '  [field: string]: FieldValue | undefined;']
      : [];
  return [
    `/** Fields of ${literal(object.objectName)} under their own names, in lower case. */`,
    `export interface ${base}Fields {`,
    ...fields.values(),
    ...anyField,
    '}',
    '',
    `/** Fields of ${literal(object.objectName)} under your names. */`,
    `export interface ${base}MappedFields {`,
    ...renderNames(mapped, '  '),
    '}',
  ].join('\n');
}

function addField(
  fields: Map<string, string>,
  entry: FieldEntry,
  isOptional: boolean,
  types: OrgTypes | undefined,
): void {
  if (entry.kind !== 'fixed') return;
  const segments = segmentsOf(entry.fieldName);
  const key = (segments.length === 1 ? segments[0]! : formatFieldPath(segments)).toLowerCase();
  if (!fields.has(key))
    fields.set(key, `  ${propertyName(key)}${isOptional ? '?' : ''}: ${typeOfEntry(entry, types)};`);
}

function place(node: NameNode, segments: readonly string[], type: string, isOptional: boolean): void {
  const [name = '', ...rest] = segments;
  let next = node.below.get(name);
  if (!next) {
    next = { isOptional, below: new Map() };
    node.below.set(name, next);
  }
  // A nested object is there as soon as one of its required names is.
  next.isOptional &&= isOptional;
  if (rest.length === 0) next.type = type;
  else place(next, rest, type, isOptional);
}

function renderNames(node: NameNode, indent: string): string[] {
  return [...node.below].flatMap(([name, child]) => {
    const key = `${indent}${propertyName(name)}${child.isOptional ? '?' : ''}`;
    if (child.type !== undefined) return [`${key}: ${child.type};`];
    return [`${key}: {`, ...renderNames(child, `${indent}  `), `${indent}};`];
  });
}

function segmentsOf(name: string): string[] {
  const parsed = parseFieldPath(name);
  return 'segments' in parsed ? parsed.segments : [name];
}

/** A choice of the customer may be any field; a fixed one has the type the org gives it. */
function typeOfEntry(entry: FieldEntry, types: OrgTypes | undefined): string {
  if (entry.kind === 'chosen' || !types) return 'FieldValue';
  return typeOfPath(segmentsOf(entry.fieldName), types.object, types) ?? 'FieldValue';
}

function typeOfPath(segments: readonly string[], object: OrgObject, types: OrgTypes): string | undefined {
  const [first = '', second, ...rest] = segments;
  const field = object.fields?.get(first.toLowerCase());
  if (second === undefined) return field && typeOfField(field.type, field.values, field.nillable);
  const part = field?.components?.get(second.toLowerCase());
  if (part !== undefined) return typeOfPath([part, ...rest], object, types);
  const targets = object.relationships?.get(first.toLowerCase()) ?? [];
  const found = targets.flatMap((target) => {
    const described = types.org.objects.get(target.toLowerCase());
    return (described && typeOfPath([second, ...rest], described, types)) ?? [];
  });
  if (found.length === 0) return undefined;
  // Without the related record there is no value.
  const union = new Set([...found.flatMap((type) => type.split(' | ')), 'null']);
  return [...union].join(' | ');
}

/** Long picklists are better as text. */
const mostValues = 40;

function typeOfField(type: string, values: readonly string[] | undefined, isNillable: boolean): string {
  const plain = plainType(type, values);
  return isNillable ? `${plain} | null` : plain;
}

function plainType(type: string, values: readonly string[] | undefined): string {
  switch (type) {
    case 'boolean':
      return 'boolean';
    case 'int':
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      return 'number';
    case 'address':
    case 'location':
    case 'anyType':
    case 'complexvalue':
      return 'FieldValue';
    case 'picklist':
    case 'combobox':
      return picklistType(values ?? []);
    default:
      return 'string';
  }
}

/** The values known today, open for those that an admin adds tomorrow. A value with " | " would fall apart in a union. */
function picklistType(values: readonly string[]): string {
  if (values.length === 0 || values.length > mostValues || values.some((value) => value.includes(' | ')))
    return 'string';
  return [...values.map(literal), '(string & {})'].join(' | ');
}

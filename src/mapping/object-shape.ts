/** What mapping needs to know of an object, in the describe's own words, so that a typed describe fits as it is. */
export interface ObjectShape {
  /** As the org spells it. */
  readonly name: string;
  /** First three characters of its records' ids. */
  readonly keyPrefix?: string | null | undefined;
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  readonly name: string;
  /** Describe's `type`: `string`, `currency`, `address` … */
  readonly type: string;
  readonly calculated?: boolean | undefined;
  readonly createable?: boolean | undefined;
  readonly updateable?: boolean | undefined;
  /** The compound this field is a part of (`BillingStreet` → `BillingAddress`). */
  readonly compoundFieldName?: string | null | undefined;
  /** Name of the parent in paths (`Owner`), on references only. */
  readonly relationshipName?: string | null | undefined;
  readonly referenceTo?: readonly string[] | undefined;
}

/** Field of that name, whatever its case. */
export function findField(object: ObjectShape, name: string): FieldShape | undefined {
  return fieldsByName(object).get(name.toLowerCase());
}

const indexes = new WeakMap<ObjectShape, Map<string, FieldShape>>();

function fieldsByName(object: ObjectShape): Map<string, FieldShape> {
  let index = indexes.get(object);
  if (!index) {
    index = new Map(object.fields.map((field) => [field.name.toLowerCase(), field]));
    indexes.set(object, index);
  }
  return index;
}

/** How values of a column are written in JSON. Everything that is not a number or a boolean is text. */
export type ColumnKind = 'text' | 'boolean' | 'integer' | 'number' | 'datetime';

export function columnKind(type: string): ColumnKind {
  switch (type) {
    case 'boolean':
      return 'boolean';
    case 'int':
    case 'long':
      return 'integer';
    case 'double':
    case 'currency':
    case 'percent':
      return 'number';
    case 'datetime':
      return 'datetime';
    default:
      return 'text';
  }
}

/** Compounds exist in REST only; their parts are ordinary fields everywhere. */
export function isCompound(field: FieldShape): boolean {
  return field.type === 'address' || field.type === 'location';
}

/** The part of `compound` that a path step names: `city` of BillingAddress is BillingCity, `LastName` of Name is LastName. */
export function findComponent(object: ObjectShape, compound: FieldShape, step: string): FieldShape | undefined {
  const wanted = step.toLowerCase();
  return componentsOf(object, compound).find(
    (part) => componentKey(compound, part).toLowerCase() === wanted || part.name.toLowerCase() === wanted,
  );
}

export function componentsOf(object: ObjectShape, compound: FieldShape): FieldShape[] {
  return object.fields.filter((part) => part.compoundFieldName === compound.name && part.name !== compound.name);
}

/** Key of a part inside its compound's JSON: BillingPostalCode → `postalCode`, Site__Latitude__s → `latitude`. */
export function componentKey(compound: FieldShape, part: FieldShape): string {
  const base = compound.name.replace(/__c$/, '__').replace(/Address$/, '');
  const rest = part.name.startsWith(base) ? part.name.slice(base.length).replace(/__s$/, '') : part.name;
  return rest.charAt(0).toLowerCase() + rest.slice(1);
}

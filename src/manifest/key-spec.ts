import type { Spot } from './spot.ts';

/** The kinds of value a key may have. The table in keys.ts is made of these; decoder, JSON Schema and types follow it. */
export type ValueSpec = TextSpec | BooleanSpec | IntegerSpec | ListSpec | MappingSpec;

interface Described {
  /** What the key means, one or two sentences: shown by editors and in the reference. */
  doc: string;
  /** For editors; the rules decide what is really an error. */
  required?: boolean;
  deprecated?: boolean;
  default?: string | number | boolean;
  examples?: readonly (string | number | boolean)[];
}

export interface TextSpec extends Described {
  type: 'text';
  /** The only values with a meaning. */
  values?: readonly string[];
  /** Values worth offering; others are fine. */
  suggestions?: readonly string[];
  pattern?: string;
  maxLength?: number;
}

export interface BooleanSpec extends Described {
  type: 'boolean';
}

export interface IntegerSpec extends Described {
  type: 'integer';
  minimum?: number;
  maximum?: number;
}

export interface ListSpec<Item extends ValueSpec = ValueSpec> extends Described {
  type: 'list';
  item: Item;
  minItems?: number;
}

export interface MappingSpec<Keys extends Record<string, ValueSpec> = Record<string, ValueSpec>> extends Described {
  type: 'mapping';
  /** What one of these is called in messages: `a read object`. */
  name: string;
  keys: Keys;
  /** Entries of field lists: their values are not turned into text, and what is wrong in them is a `field-shape`. */
  strict?: boolean;
  /** At least one (`any`) or exactly one (`one`) of these keys belongs there; for editors. */
  needs?: { count: 'any' | 'one'; keys: readonly string[] };
}

export const text = <const Spec extends Omit<TextSpec, 'type'>>(spec: Spec) => ({ type: 'text', ...spec }) as const;
export const boolean = <const Spec extends Omit<BooleanSpec, 'type'>>(spec: Spec) =>
  ({ type: 'boolean', ...spec }) as const;
export const integer = <const Spec extends Omit<IntegerSpec, 'type'>>(spec: Spec) =>
  ({ type: 'integer', ...spec }) as const;
export const list = <const Spec extends Omit<ListSpec, 'type'>>(spec: Spec) => ({ type: 'list', ...spec }) as const;
export const mapping = <const Spec extends Omit<MappingSpec, 'type'>>(spec: Spec) =>
  ({ type: 'mapping', ...spec }) as const;

/** A decoded value with its place in the file. Absent in its block: not written, null, or of the wrong type. */
export interface Draft<Value> {
  spot: Spot;
  value: Value;
}

export interface DraftBlock {
  spot: Spot;
  /** Keys that are written but give no value: null, or of the wrong type (reported already). */
  unusable?: Map<string, { spot: Spot; isNull: boolean }>;
}

export interface DraftList<Item> {
  spot: Spot;
  items: Item[];
}

export type DraftOf<Spec> = Spec extends { type: 'text' }
  ? Draft<string>
  : Spec extends { type: 'boolean' }
    ? Draft<boolean>
    : Spec extends { type: 'integer' }
      ? Draft<number>
      : Spec extends { type: 'list'; item: infer Item }
        ? DraftList<DraftOf<Item>>
        : Spec extends { type: 'mapping'; keys: infer Keys }
          ? DraftBlock & { -readonly [Key in keyof Keys]?: DraftOf<Keys[Key]> }
          : never;

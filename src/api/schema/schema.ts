/**
 * What a value of the API may be, said once: the checker reads it, the OpenAPI document is rendered from it, and TypeScript
 * infers the checked value's type. Only what our routes need; JSON Schema 2020-12 is the other side of it.
 */
export interface Schema<Value = unknown> {
  readonly node: SchemaNode;
  /** Stands under `components/schemas` by this name. */
  readonly name?: string;
  readonly description?: string;
  /** Only for inference. */
  readonly value?: Value;
}

export type SchemaNode =
  | { kind: 'text'; choices?: readonly string[]; minLength?: number; maxLength?: number; format?: 'date-time' | 'uri' }
  | { kind: 'number'; integer: boolean; min?: number; max?: number }
  | { kind: 'flag' }
  | { kind: 'list'; item: Schema; min?: number; max?: number }
  | { kind: 'map'; item: Schema }
  | { kind: 'record'; fields: Readonly<Record<string, Field>>; open: boolean }
  | { kind: 'any-of'; options: readonly Schema[] }
  | { kind: 'anything' };

export interface Field {
  schema: Schema;
  required: boolean;
}

export type ValueOf<Given> = Given extends Schema<infer Value> ? Value : never;

type Fields = Readonly<Record<string, Schema>>;
type Flat<Value> = { [Key in keyof Value]: Value[Key] };
type RecordValue<Required extends Fields, Optional extends Fields> = Flat<
  { [Key in keyof Required]: ValueOf<Required[Key]> } & { [Key in keyof Optional]?: ValueOf<Optional[Key]> }
>;

interface TextLimits<Choice extends string> {
  choices?: readonly Choice[];
  minLength?: number;
  maxLength?: number;
  format?: 'date-time' | 'uri';
}

export function text<const Choice extends string = string>(limits: TextLimits<Choice> = {}): Schema<Choice> {
  return { node: { kind: 'text', ...limits } };
}

/** ISO 8601, such as `2026-02-03T09:16:00Z`. */
export const time: Schema<string> = text({ format: 'date-time' });

export function integer(limits: { min?: number; max?: number } = {}): Schema<number> {
  return { node: { kind: 'number', integer: true, ...limits } };
}

export const number: Schema<number> = { node: { kind: 'number', integer: false } };
export const flag: Schema<boolean> = { node: { kind: 'flag' } };
export const anything: Schema<unknown> = { node: { kind: 'anything' } };

export function listOf<Item>(item: Schema<Item>, limits: { min?: number; max?: number } = {}): Schema<Item[]> {
  return { node: { kind: 'list', item, ...limits } };
}

export function mapOf<Item>(item: Schema<Item>): Schema<Record<string, Item>> {
  return { node: { kind: 'map', item } };
}

/** Unknown keys are refused in what we are sent; `open` is for what may grow. */
export function record<Required extends Fields, Optional extends Fields = Record<never, never>>(
  required: Required,
  optional?: Optional,
  options: { open?: boolean } = {},
): Schema<RecordValue<Required, Optional>> {
  const fields = (of: Fields, isRequired: boolean) =>
    Object.entries(of).map(([key, schema]): [string, Field] => [key, { schema, required: isRequired }]);
  return {
    node: {
      kind: 'record',
      fields: Object.fromEntries([...fields(required, true), ...fields(optional ?? {}, false)]),
      open: options.open ?? false,
    },
  };
}

export function anyOf<const Options extends readonly Schema[]>(...options: Options): Schema<ValueOf<Options[number]>> {
  return { node: { kind: 'any-of', options } };
}

export function named<Value>(name: string, schema: Schema<Value>, description?: string): Schema<Value> {
  return { ...schema, name, ...(description === undefined ? {} : { description }) };
}

export function described<Value>(schema: Schema<Value>, description: string): Schema<Value> {
  return { ...schema, description };
}

/** Nothing in it has to be there: no body at all means the same. */
export function isAllOptional({ node }: Schema): boolean {
  return node.kind === 'record' && Object.values(node.fields).every(({ required }) => !required);
}

import fc from 'fast-check';
import type { Ask } from './api-rig.ts';
import type { Document, Endpoint, JsonSchema } from './document.ts';

/** Names that exist on the rig, so that requests get past the door, and names that do not, so that some stay outside. */
const names: Record<string, readonly string[]> = {
  project: ['local'],
  integration: ['crm', 'quiet'],
  installation: ['ins_acme'],
  object: ['contact', 'person', 'Account', 'lead'],
  provider: ['salesforce'],
  destination: ['inbox'],
  groupRef: ['acme'],
  objectName: ['person', 'account'],
  fieldName: ['lastname', 'mail', 'Id'],
  type: ['create', 'update', 'delete', 'upsert'],
};
const strange = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('..', '%', '__proto__', "' OR 1=1", '\u0000', 'x'.repeat(3_000)),
);

/** Requests of one endpoint made from its own description: mostly as described, now and then not at all. */
export function arbitraryRequest(document: Document, endpoint: Endpoint): fc.Arbitrary<Ask> {
  const parameters = endpoint.parameters ?? [];
  const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
  const inQuery = parameters.filter((one) => one.in === 'query');
  const path = fc.tuple(
    ...inPath.map((name) =>
      often(
        nameOf(name),
        strange.filter((text) => text !== ''),
      ),
    ),
  );
  const query = fc.tuple(
    ...inQuery.map(({ name, schema, required }) =>
      fc
        .tuple(fc.boolean(), often(schemaValue(document, schema, name), strange))
        .map(([given, value]) => (given || required ? [[name, String(value)]] : [])),
    ),
  );
  const schema = endpoint.requestBody?.content['application/json'].schema;
  const body = schema ? often(schemaValue(document, schema, ''), fc.jsonValue()) : fc.constant(undefined);
  return fc.tuple(path, query, body).map(([segments, pairs, value]) => {
    const filled = inPath.reduce(
      (text, name, at) => text.replace(`{${name}}`, encodeURIComponent(wellFormed(segments[at]))),
      endpoint.path,
    );
    const search = new URLSearchParams(pairs.flat().map(([name, text]): [string, string] => [name!, wellFormed(text)]));
    return {
      method: endpoint.method,
      path: search.size > 0 ? `${filled}?${search}` : filled,
      ...(value === undefined ? {} : { body: value }),
    };
  });
}

/** A lone surrogate has no bytes to travel in. */
function wellFormed(value: unknown): string {
  return Buffer.from(String(value)).toString();
}

function often<Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: usual as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: rare });
}

function nameOf(name: string): fc.Arbitrary<string> {
  return names[name] ? fc.constantFrom(...names[name]) : fc.constantFrom('nothing', 'op_0');
}

function schemaValue(document: Document, schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
  const {
    $ref,
    anyOf,
    type,
    enum: choices,
    properties,
    required = [],
    items,
    additionalProperties,
  } = schema as {
    $ref?: string;
    anyOf?: JsonSchema[];
    type?: string;
    enum?: unknown[];
    properties?: Record<string, JsonSchema>;
    required?: string[];
    items?: JsonSchema;
    additionalProperties?: JsonSchema | false;
  };
  if ($ref) return schemaValue(document, document.components.schemas[$ref.split('/').at(-1)!] as JsonSchema, name);
  if (anyOf) return fc.oneof(...anyOf.map((one) => schemaValue(document, one, name)));
  if (choices) return often(fc.constantFrom(...choices), fc.string());
  const { minimum = -3, maximum = 2_000, minItems = 0, maxItems = 3 } = schema as Record<string, number>;
  switch (type) {
    case 'string':
      if (schema.format === 'date-time')
        return fc
          .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
          .map((date) => date.toISOString());
      return often(names[name] ? nameOf(name) : fc.string(), strange);
    case 'boolean':
      return often(fc.boolean(), fc.constantFrom('true', 1, null));
    case 'integer':
      return often(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(0, -1, 1e9, 1.5, '1'));
    case 'number':
      return fc.double({ noNaN: true });
    case 'array':
      return fc.array(schemaValue(document, items!, name), { minLength: minItems, maxLength: Math.min(maxItems, 4) });
    case 'object': {
      if (!properties) {
        const values = additionalProperties
          ? schemaValue(document, additionalProperties, '')
          : fc.jsonValue({ maxDepth: 2 });
        return fc.dictionary(
          fc.oneof(fc.constantFrom('lastname', 'mail', 'id', 'read', 'provider', 'Contact'), fc.string()),
          values,
          { maxKeys: 4 },
        );
      }
      const fields = Object.fromEntries(
        Object.entries(properties).map(([key, one]) => [key, schemaValue(document, one, key)]),
      );
      return often(fc.record(fields, { requiredKeys: required }), fc.record(fields, { requiredKeys: [] }));
    }
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

import type { MappingSpec, ValueSpec } from './key-spec.ts';
import { manifestSpec } from './keys.ts';

export type JsonSchema = Record<string, unknown>;

/**
 * The key table as JSON Schema 2020-12, for editors: types, descriptions, values, required keys. It knows the shape of a
 * manifest, not every rule; unknown keys are refused by it so that editors underline them, where the checker only warns.
 */
export function manifestJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:amp:manifest:1.0.0',
    title: 'amp.yaml',
    ...schemaOf(manifestSpec, false),
  };
}

/** `nullable`: a key that may be left out may also be written without a value. */
function schemaOf(spec: ValueSpec, nullable: boolean): JsonSchema {
  const described = {
    description: plain(spec.doc),
    markdownDescription: spec.doc,
    ...(spec.deprecated ? { deprecated: true } : {}),
    ...(spec.default === undefined ? {} : { default: spec.default }),
    ...(spec.examples ? { examples: spec.examples } : {}),
  };
  switch (spec.type) {
    case 'text':
      return { ...described, ...textSchema(spec, nullable) };
    case 'boolean':
      return { ...described, type: orNull('boolean', nullable) };
    case 'integer':
      return {
        ...described,
        type: orNull('integer', nullable),
        ...(spec.minimum === undefined ? {} : { minimum: spec.minimum }),
        ...(spec.maximum === undefined ? {} : { maximum: spec.maximum }),
      };
    case 'list':
      return {
        ...described,
        type: orNull('array', nullable),
        items: schemaOf(spec.item, false),
        ...(spec.minItems === undefined ? {} : { minItems: spec.minItems }),
      };
    case 'mapping':
      return { ...described, ...mappingSchema(spec, nullable) };
  }
}

function textSchema(spec: Extract<ValueSpec, { type: 'text' }>, nullable: boolean): JsonSchema {
  // Editors complete enum values; other texts stay allowed where the values are only suggestions.
  if (spec.values) return { enum: spec.values };
  if (spec.suggestions) return { anyOf: [{ enum: spec.suggestions }, { type: orNull('string', nullable) }] };
  return {
    type: orNull('string', nullable),
    ...(spec.pattern === undefined ? {} : { pattern: spec.pattern }),
    ...(spec.maxLength === undefined ? {} : { maxLength: spec.maxLength }),
  };
}

function mappingSchema(spec: MappingSpec, nullable: boolean): JsonSchema {
  const keys = Object.entries(spec.keys);
  const required = keys.filter(([, member]) => member.required).map(([key]) => key);
  const needs = spec.needs?.keys.map((key) => ({ required: [key] }));
  return {
    type: orNull('object', nullable),
    properties: Object.fromEntries(keys.map(([key, member]) => [key, schemaOf(member, member.required !== true)])),
    ...(required.length > 0 ? { required } : {}),
    ...(needs
      ? { [spec.needs?.count === 'one' ? 'oneOf' : 'anyOf']: nullable ? [{ type: 'null' }, ...needs] : needs }
      : {}),
    additionalProperties: false,
  };
}

function orNull(type: string, nullable: boolean): string | string[] {
  return nullable ? [type, 'null'] : type;
}

function plain(doc: string): string {
  return doc.replaceAll('`', '');
}

import type { Schema } from './schema.ts';

export type JsonSchema = { [key: string]: unknown };

/** JSON Schema 2020-12 of a schema. Named ones are put into `components` and referred to. */
export function renderJsonSchema(schema: Schema, components: Map<string, JsonSchema>): JsonSchema {
  const { name } = schema;
  if (name === undefined) return renderNode(schema, components);
  if (!components.has(name)) {
    // A place first: a schema may hold itself.
    components.set(name, {});
    components.set(name, renderNode(schema, components));
  }
  return { $ref: `#/components/schemas/${name}` };
}

function renderNode({ node, description }: Schema, components: Map<string, JsonSchema>): JsonSchema {
  const render = (one: Schema) => renderJsonSchema(one, components);
  const said = description === undefined ? {} : { description };
  switch (node.kind) {
    case 'anything':
      return said;
    case 'flag':
      return { type: 'boolean', ...said };
    case 'text': {
      const { choices, minLength, maxLength, format } = node;
      return { type: 'string', ...said, ...defined({ enum: choices, minLength, maxLength, format }) };
    }
    case 'number':
      return {
        type: node.integer ? 'integer' : 'number',
        ...said,
        ...defined({ minimum: node.min, maximum: node.max }),
      };
    case 'list':
      return {
        type: 'array',
        ...said,
        items: render(node.item),
        ...defined({ minItems: node.min, maxItems: node.max }),
      };
    case 'map':
      return { type: 'object', ...said, additionalProperties: render(node.item) };
    case 'any-of':
      return { ...said, anyOf: node.options.map(render) };
    case 'record': {
      const fields = Object.entries(node.fields);
      const required = fields.filter(([, field]) => field.required).map(([key]) => key);
      return {
        type: 'object',
        ...said,
        properties: Object.fromEntries(fields.map(([key, field]) => [key, render(field.schema)])),
        ...(required.length > 0 ? { required } : {}),
        ...(node.open ? {} : { additionalProperties: false }),
      };
    }
  }
}

function defined(values: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

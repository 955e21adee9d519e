import type { JsonSchema } from '../manifest/json-schema.ts';

/** JSON Schema of what `amp validate --json` prints. */
export function validateOutputSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:amp:output:validate',
    title: 'amp validate --json',
    type: 'object',
    properties: {
      valid: { type: 'boolean', description: 'No error; with --strict no warning either.' },
      files: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            file: { type: 'string', description: 'As shown: relative to the working folder, or stdin.' },
            diagnostics: { type: 'array', items: { $ref: '#/$defs/diagnostic' } },
          },
          required: ['file', 'diagnostics'],
          additionalProperties: false,
        },
      },
      summary: {
        type: 'object',
        properties: {
          files: { type: 'integer', minimum: 0 },
          errors: { type: 'integer', minimum: 0 },
          warnings: { type: 'integer', minimum: 0 },
        },
        required: ['files', 'errors', 'warnings'],
        additionalProperties: false,
      },
    },
    required: ['valid', 'files', 'summary'],
    additionalProperties: false,
    $defs: { diagnostic: diagnosticSchema, position: positionSchema },
  };
}

const positionSchema: JsonSchema = {
  type: 'object',
  properties: { line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } },
  required: ['line', 'column'],
  additionalProperties: false,
};

const diagnosticSchema: JsonSchema = {
  type: 'object',
  properties: {
    code: { type: 'string', pattern: '^[a-z]+(-[a-z0-9]+)*$', description: 'Rule id; stable for ever.' },
    severity: { enum: ['error', 'warning', 'info'] },
    message: { type: 'string' },
    hint: { type: 'string', description: 'What to do about it.' },
    location: {
      type: 'object',
      properties: {
        file: { type: 'string' },
        start: { $ref: '#/$defs/position' },
        end: { $ref: '#/$defs/position' },
      },
      required: ['file', 'start'],
      additionalProperties: false,
    },
    path: { type: 'string', pattern: '^\\$', description: 'Manifest path, such as $.integrations[0].name.' },
    docsUrl: { type: 'string' },
  },
  required: ['code', 'severity', 'message', 'docsUrl'],
  additionalProperties: false,
};

import type { JsonSchema } from '../../manifest/json-schema.ts';

/**
 * JSON Schema of what `amp backfill --json` and `amp read --json` print: one document when the records went into a file or to a
 * destination; a line each and a last one with the summary when they go to stdout.
 */
export function readOutputSchema(command: 'backfill' | 'read'): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:amp:output:${command}`,
    title: `amp ${command} --json`,
    oneOf: [{ $ref: '#/$defs/result' }, { $ref: '#/$defs/record' }, { $ref: '#/$defs/summary' }],
    $defs: {
      result: object({ ...summary, output }, [...required, 'output'], 'With --output <file> or --deliver.'),
      summary: object({ type: { const: 'summary' }, ...summary }, ['type', ...required], 'The last line of a stream.'),
      record,
    },
  };
}

const count: JsonSchema = { type: 'integer', minimum: 0 };
const moment: JsonSchema = { type: 'string', format: 'date-time' };

const summary: Record<string, JsonSchema> = {
  operationId: { type: 'string', pattern: '^op_' },
  status: { const: 'success' },
  object: { type: 'string', description: "The provider's name." },
  readType: { enum: ['backfill', 'scheduled', 'triggered'] },
  api: { enum: ['rest', 'bulk'] },
  records: { ...count, description: 'Entries that went out, tombstones included.' },
  messages: { ...count, description: 'Messages committed to the outbox; 0 without --deliver.' },
  apiCalls: count,
  bytes: { ...count, description: 'Received from the org, unpacked.' },
  durationMs: count,
  recordsPerSecond: count,
  watermark: { ...moment, description: 'From where the next scheduled read goes on.' },
  resumed: { type: 'string', pattern: '^op_', description: 'The operation that was gone on with.' },
  verified: {
    type: 'array',
    description: 'With --verify: counts on both sides, by stretch of days.',
    items: object({ from: { type: 'string' }, to: { type: 'string' }, org: count, delivered: count }, [
      'to',
      'org',
      'delivered',
    ]),
  },
};

const optional = ['watermark', 'resumed', 'verified'];
const required = Object.keys(summary).filter((key) => !optional.includes(key));

const output: JsonSchema = {
  oneOf: [
    object({ kind: { const: 'file' }, path: { type: 'string' } }, ['kind', 'path']),
    object(
      {
        kind: { const: 'destination' },
        delivery: object({ delivered: count, pending: count, dead: count }, ['delivered', 'pending', 'dead']),
      },
      ['kind', 'delivery'],
    ),
  ],
};

const record: JsonSchema = {
  description: 'One entry on stdout.',
  type: 'object',
  properties: {
    type: { const: 'record' },
    id: { type: 'string', description: 'Of a deleted record.' },
    deleted: { const: true },
    fields: { type: 'object' },
    mappedFields: { type: 'object' },
    raw: { type: 'object', description: 'As the org returned it.' },
  },
  required: ['type', 'fields', 'mappedFields', 'raw'],
  additionalProperties: false,
};

function object(properties: Record<string, JsonSchema>, required: string[], description?: string): JsonSchema {
  return {
    type: 'object',
    ...(description ? { description } : {}),
    properties,
    required,
    additionalProperties: false,
  };
}

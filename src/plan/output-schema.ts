import type { JsonSchema } from '../manifest/json-schema.ts';

/** JSON Schema of what `amp diff --json` prints and `--out` saves. */
export function diffOutputSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:amp:output:diff',
    title: 'amp diff --json',
    type: 'object',
    properties: {
      version: { const: 1 },
      environment: strictObject({ kind: { enum: ['local', 'hosted'] }, name: { type: 'string' } }),
      against: { type: 'string', description: 'What the manifest was compared with.' },
      base: strictObject({
        lineage: { type: 'string', description: 'Tells two projects apart.' },
        serial: { type: ['integer', 'string'], description: 'Moves with every deploy.' },
      }),
      manifest: strictObject({
        file: { type: 'string' },
        sha256: { type: 'string', pattern: hash, description: 'Of the bytes of the file.' },
        contentHash: { type: 'string', pattern: hash, description: 'Of what the file means.' },
      }),
      changes: { type: 'array', items: { $ref: '#/$defs/change' } },
      summary: strictObject({ create: count, update: count, delete: count, breaking: count }),
      unmanaged: { type: 'array', items: { type: 'string' }, description: 'Deployed, not named here, left alone.' },
    },
    required: ['version', 'environment', 'against', 'base', 'manifest', 'changes', 'summary', 'unmanaged'],
    additionalProperties: false,
    $defs: { change, impact },
  };
}

const hash = '^[0-9a-f]{64}$';
const count: JsonSchema = { type: 'integer', minimum: 0 };

const change: JsonSchema = {
  type: 'object',
  properties: {
    action: { enum: ['create', 'update', 'delete'] },
    kind: {
      enum: [
        'integration',
        'read-object',
        'subscribe-object',
        'write-object',
        'field',
        'mapping',
        'proxy',
        'watch-schema',
      ],
    },
    integration: { type: 'string' },
    path: { type: 'string', description: 'By name: crm.read.account.schedule.' },
    from: { type: 'string', description: 'The path before a rename or move.' },
    before: { description: 'Absent: was not there.' },
    after: { description: 'Absent: is not there any more.' },
    impact: { type: 'array', items: { $ref: '#/$defs/impact' } },
  },
  required: ['action', 'kind', 'integration', 'path', 'impact'],
  additionalProperties: false,
};

const impact: JsonSchema = {
  type: 'object',
  properties: {
    level: { enum: ['safe', 'notice', 'breaking'] },
    message: { type: 'string' },
    installations: {
      type: 'array',
      items: strictObject({ id: { type: 'string' }, groupRef: { type: 'string' }, groupName: { type: 'string' } }),
    },
  },
  required: ['level', 'message'],
  additionalProperties: false,
};

function strictObject(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

import type { JsonSchema } from '../../manifest/json-schema.ts';

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const flag: JsonSchema = { type: 'boolean' };
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const named = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

/** JSON Schema of what `amp write --json` prints: records, a file, a queued write, a dry run. */
export function writeOutputSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:amp:output:write',
    title: 'amp write --json',
    oneOf: [named('records'), named('file'), named('queued'), named('dryRun')],
    $defs: {
      records: shape(
        {
          ...counted,
          results: { ...listOf(named('result')), description: 'In the order of the request.' },
          errors: listOf(named('error')),
        },
        { failures: text },
      ),
      file: shape(
        {
          ...counted,
          errors: { ...listOf(named('rowError')), description: 'The first failures; --failures has all.' },
          jobs: { ...listOf(text), description: 'Bulk ingest jobs.' },
        },
        { failures: text },
      ),
      queued: shape(
        {
          operationId: text,
          status: { enum: ['in_progress', 'success', 'failure', 'unknown'] },
          records: count,
          attempts: count,
          successfulRecordIds: listOf(text),
          errors: { type: 'array' },
          warnings: listOf(text),
          runner: { ...flag, description: 'amp run is at work and sends it.' },
        },
        { deadline: text, result: text },
      ),
      dryRun: shape({
        dryRun: { const: true },
        type: types,
        object: text,
        requests: listOf(
          shape(
            { method: text, path: text, headers: { type: 'object' }, records: listOf(count) },
            { body: { type: 'object' } },
          ),
        ),
        records: listOf(
          shape(
            {
              index: count,
              outcome: { enum: ['create', 'update', 'upsert', 'delete', 'held', 'refused'] },
              fields: listOf(shape({ name: text, effect: text }, { field: text })),
            },
            { id: text, key: text, error: named('error') },
          ),
        ),
        warnings: listOf(text),
      }),
      result: shape(
        { success: flag, status: { enum: ['success', 'unchanged', 'failure', 'rolled-back', 'unknown'] } },
        { recordId: text, created: flag, errors: listOf(named('error')) },
      ),
      error: shape(errorKeys, errorExtras),
      rowError: shape({ ...errorKeys, index: count }, errorExtras),
    },
  };
}

const types: JsonSchema = { enum: ['create', 'update', 'upsert', 'delete'] };

const counted: Record<string, JsonSchema> = {
  operationId: text,
  type: types,
  object: { ...text, description: 'As typed.' },
  success: { ...flag, description: 'Every record was written.' },
  successCount: count,
  failureCount: count,
  unknownCount: { ...count, description: 'Records whose answer was lost.' },
  warnings: listOf(text),
  apiCalls: count,
};

const errorKeys: Record<string, JsonSchema> = { message: text, code: text };
const errorExtras: Record<string, JsonSchema> = {
  providerCode: { ...text, description: "The org's own code." },
  fields: listOf(text),
};

function shape(required: Record<string, JsonSchema>, optional: Record<string, JsonSchema> = {}): JsonSchema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

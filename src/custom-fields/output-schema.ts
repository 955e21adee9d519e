import type { JsonSchema } from '../manifest/json-schema.ts';

/** JSON Schema of what `amp org fields apply --json` prints. */
export function fieldsOutputSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:amp:output:org-fields-apply',
    title: 'amp org fields apply --json',
    ...strictObject({
      success: { type: 'boolean', description: 'Nothing was refused.' },
      fields: {
        type: 'object',
        description: 'By object, then field.',
        additionalProperties: { type: 'object', additionalProperties: { $ref: '#/$defs/field' } },
      },
      permissionSet: strictObject({
        name: { type: 'string' },
        action: { enum: ['create', 'none'] },
        granted: {
          type: 'array',
          items: { type: 'string' },
          description: 'Fields shown by this run, Account.Tier__c.',
        },
        assigned: { enum: ['create', 'none'], description: 'To the connected user.' },
        refused: { type: 'array', items: strictObject({ field: { type: 'string' }, message: { type: 'string' } }) },
      }),
      org: { type: 'string', description: 'Alias.' },
      dryRun: { type: 'boolean', description: 'Nothing was sent: actions are what a run would do.' },
    }),
    $defs: { field },
  };
}

const field: JsonSchema = {
  type: 'object',
  properties: {
    fieldName: { type: 'string' },
    action: { enum: ['create', 'update', 'none'] },
    warnings: { type: 'array', items: { type: 'string' } },
    error: strictObject({ code: { type: 'string' }, message: { type: 'string' } }),
  },
  required: ['fieldName', 'action', 'warnings'],
  additionalProperties: false,
};

function strictObject(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

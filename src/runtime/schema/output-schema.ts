import type { JsonSchema } from '../../manifest/json-schema.ts';
import { valueTypes } from '../../providers/salesforce/describe/field-metadata.ts';

/** JSON Schema of what `amp org drift --json` prints. */
export function driftOutputSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:amp:output:org-drift',
    title: 'amp org drift --json',
    ...strictObject({
      orgs: { type: 'array', items: { $ref: '#/$defs/org' } },
      summary: strictObject(
        Object.fromEntries(
          ['orgs', 'baselines', 'created', 'deleted', 'changed', 'breaking', 'notices', 'failed'].map((key) => [
            key,
            { type: 'integer', minimum: 0 },
          ]),
        ),
      ),
    }),
    $defs: { org, installation, object, impact, field, deletedField },
  };
}

const text = { type: 'string' };
const listOf = (name: string) => ({ type: 'array', items: { $ref: `#/$defs/${name}` } });

const org: JsonSchema = strictObject(
  {
    alias: text,
    orgId: text,
    installations: listOf('installation'),
    error: strictObject({ code: text, message: text, hint: text }),
  },
  ['error'],
);

const installation: JsonSchema = strictObject(
  {
    integration: text,
    installationId: { ...text, description: 'Absent: the integration of amp.yaml, for an org nobody installed it on.' },
    groupRef: text,
    groupName: text,
    objects: listOf('object'),
    impacts: listOf('impact'),
  },
  ['installationId', 'groupRef', 'groupName'],
);

const object: JsonSchema = strictObject(
  {
    objectName: text,
    operationId: text,
    outcome: { enum: ['baseline', 'same', 'changed', 'failed', 'absent'] },
    baselineAt: { ...text, format: 'date-time' },
    createdFields: listOf('field'),
    deletedFields: listOf('deletedField'),
    changedFields: {
      type: 'array',
      items: strictObject({
        keys: { type: 'array', items: text, description: 'What differs.' },
        oldSchema: { $ref: '#/$defs/field' },
        newSchema: { $ref: '#/$defs/field' },
      }),
    },
    error: strictObject({ code: text, message: text }),
  },
  ['baselineAt', 'error'],
);

const impact: JsonSchema = strictObject(
  {
    level: { enum: ['breaking', 'notice'] },
    objectName: { ...text, description: 'The object that is affected.' },
    changedObject: { ...text, description: 'The object whose field changed, in lower case.' },
    field: text,
    mapping: { ...text, description: 'The mapped name, when a mapping uses the field.' },
    message: text,
  },
  ['mapping'],
);

const fieldKeys: Record<string, JsonSchema> = {
  apiName: { ...text, description: "Org's spelling." },
  fieldName: text,
  displayName: text,
  valueType: { enum: [...valueTypes] },
  providerType: text,
  readOnly: { type: 'boolean' },
  isCustom: { type: 'boolean' },
  isRequired: { type: 'boolean' },
  referenceTo: { type: 'array', items: text },
  values: { type: 'array', items: strictObject({ value: text, displayValue: text }) },
  description: text,
};
const optionalFieldKeys = ['referenceTo', 'values', 'description'];

const field = strictObject(fieldKeys, optionalFieldKeys);

const deletedField = strictObject(
  {
    ...fieldKeys,
    reason: { enum: ['deleted', 'hidden'], description: 'Absent: the org does not tell its user.' },
  },
  [...optionalFieldKeys, 'reason'],
);

function strictObject(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: 'object', properties, required, additionalProperties: false };
}
